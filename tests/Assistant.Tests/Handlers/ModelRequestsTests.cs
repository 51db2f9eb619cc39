using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Tests.Models;
using ModelServerSimulator;

namespace Assistant.Tests.Handlers;

public sealed class ModelRequestsTests
{
    [Fact]
    public async Task A_model_is_listed_loaded_and_unloaded()
    {
        await using var simulator = await Simulator.StartAsync(Served.Options("lmstudio-0.4") with
        {
            Models =
            [
                new SimulatedModel("qwen2.5-coder-7b-instruct") { Loaded = false },
                new SimulatedModel("text-embedding-nomic") { Loaded = false }
            ],
        });
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        Assert.Equal(
            ["qwen2.5-coder-7b-instruct notLoaded llm True", "text-embedding-nomic notLoaded embedding True"], await ListAsync(session));

        var loaded = await session.Client.RequestAsync(Methods.LoadModel, new LoadModelParams("test", "qwen2.5-coder-7b-instruct", 16_384));
        Assert.Equal("qwen2.5-coder-7b-instruct", loaded!.Model);
        Assert.Equal("qwen2.5-coder-7b-instruct loaded llm True", (await ListAsync(session))[0]);

        await session.Client.RequestAsync(Methods.UnloadModel, new UnloadModelParams("test", "qwen2.5-coder-7b-instruct"));
        Assert.Equal("qwen2.5-coder-7b-instruct notLoaded llm True", (await ListAsync(session))[0]);
    }

    [Fact]
    public async Task A_server_without_models_downloads_one_and_goes_on_after_a_cancel()
    {
        await using var simulator = await Simulator.StartAsync(Served.Options("lmstudio-0.4") with
        {
            Models = [new SimulatedModel("starcoder2-7b") { Downloaded = false, Loaded = false }],
        });
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        var listed = (await session.Client.RequestAsync(Methods.Models, new NoParams()))!;
        Assert.Empty(listed.Models);
        Assert.Equal([new DownloadPlace("test", CancelStops: false)], listed.Downloads);
        await session.Client.RequestAsync(Methods.DownloadModel, new DownloadModelParams("test", "starcoder2-7b"));
        Assert.Equal(["starcoder2-7b notLoaded llm True"], await ListAsync(session));
    }

    [Fact]
    public async Task A_failed_load_is_an_error_with_its_remedy()
    {
        await using var simulator = await Simulator.StartAsync(Served.Options("lmstudio-0.4") with
        {
            Models = [new SimulatedModel("big") { Loaded = false, LoadError = "insufficient system resources" }],
        });
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        var error = await Assert.ThrowsAsync<RpcException>(
            () => session.Client.RequestAsync(Methods.LoadModel, new LoadModelParams("test", "big")));
        Assert.Equal(RpcErrorCodes.RequestFailed, error.Error.Code);
        Assert.Contains("insufficient system resources", error.Error.Message);
        Assert.Contains("Load a smaller model", error.Error.Message);
    }

    [Fact]
    public async Task Without_LM_Studio_the_set_up_names_its_web_site()
    {
        await using var session = await TestSession.StartAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => session.Client.RequestAsync(Methods.SetUp, new SetUpParams()));
        Assert.Contains("lmstudio.ai", error.Error.Message);
    }

    private static async Task<string[]> ListAsync(TestSession session) =>
    [
        .. (await session.Client.RequestAsync(Methods.Models, new NoParams()))!.Models
            .Select(model => $"{model.Id} {model.State} {model.Type} {model.CanBeMoved}"),
    ];
}
