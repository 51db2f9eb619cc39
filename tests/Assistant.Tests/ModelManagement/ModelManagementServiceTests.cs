using Assistant.ModelManagement;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Tests.ModelServers.Catalogs;
using Assistant.Tests.Models;
using ModelServerSimulator;

namespace Assistant.Tests.ModelManagement;

public sealed class ModelManagementServiceTests
{
    [Fact]
    public async Task LM_Studio_loads_with_a_context_and_unloads()
    {
        await using var served = await Served.StartAsync(
            Served.Options("lmstudio-0.4") with { Models = [new SimulatedModel("qwen2.5-coder-7b-instruct") { Loaded = false }] });
        Assert.Equal("qwen2.5-coder-7b-instruct NotLoaded -", await ListAsync(served));
        Assert.Equal(ModelState.NotLoaded, (await served.RouteAsync()).Status.State);

        var loaded = await served.Servers.Management.LoadAsync("here", "qwen2.5-coder-7b-instruct", 16_384, CancellationToken.None);
        Assert.Equal("qwen2.5-coder-7b-instruct", loaded);
        Assert.Equal("qwen2.5-coder-7b-instruct Loaded 16384", await ListAsync(served));
        // The load has discarded the cached answers of the endpoint.
        Assert.Equal(16_384, (await served.UpAsync()).ContextTokens);

        await served.Servers.Management.UnloadAsync("here", "qwen2.5-coder-7b-instruct", CancellationToken.None);
        Assert.Equal("qwen2.5-coder-7b-instruct NotLoaded -", await ListAsync(served));
        Assert.Empty(served.Simulator.Log.Completions);
    }

    [Fact]
    public async Task A_failed_load_quotes_the_server()
    {
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4") with
        {
            Models =
            [
                new SimulatedModel("big") { Loaded = false, LoadError = "Model loading was stopped due to insufficient system resources." },
            ],
        });
        var failure = await Assert.ThrowsAsync<ModelServerException>(
            () => served.Servers.Management.LoadAsync("here", "big", null, CancellationToken.None));
        Assert.Equal(ModelFault.LoadFailed, failure.Fault);
        Assert.Contains("insufficient system resources", failure.Message);
        Assert.Contains("smaller model", failure.Remedy);
    }

    [Fact]
    public async Task LM_Studio_0_3_is_too_old_for_loads()
    {
        await using var served = await Served.StartAsync(
            Served.Options("lmstudio-0.3") with { Models = [new SimulatedModel("a") { Loaded = false }] });
        var failure = await Assert.ThrowsAsync<ModelServerException>(
            () => served.Servers.Management.LoadAsync("here", "a", null, CancellationToken.None));
        Assert.Contains("0.4", failure.Remedy);
    }

    [Fact]
    public async Task A_download_reports_its_progress()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4") with
        {
            Models = [new SimulatedModel("qwen2.5-coder-7b-instruct") { Loaded = false, Downloaded = false }],
            DownloadTime = TimeSpan.FromSeconds(4),
            Clock = clock,
        }, clock);
        var progress = new ProgressLog();
        var download = served.Servers.Management.DownloadAsync("here", "qwen2.5-coder-7b-instruct", null, progress, CancellationToken.None);
        for (var i = 0; i < 4; i++)
        {
            await progress.WaitAsync(i + 1);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        await download.WaitAsync(Served.Guard, TimeProvider.System);
        Assert.Equal([0, 0.25, 0.5, 0.75], progress.Shares);
        Assert.Equal("qwen2.5-coder-7b-instruct NotLoaded -", await ListAsync(served));
    }

    [Fact]
    public async Task A_download_that_is_cancelled_is_no_failure()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4") with
        {
            Models = [new SimulatedModel("a") { Loaded = false, Downloaded = false }], DownloadTime = TimeSpan.FromHours(1), Clock = clock,
        }, clock);
        var progress = new ProgressLog();
        using var cancel = new CancellationTokenSource();
        var download = served.Servers.Management.DownloadAsync("here", "a", null, progress, cancel.Token);
        await progress.WaitAsync(1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download.WaitAsync(Served.Guard, TimeProvider.System));
    }

    [Fact]
    public async Task A_load_waits_until_the_llama_server_router_has_the_model()
    {
        await using var served = await Served.StartAsync(Served.Options("llamacpp-router"));
        var loading = served.Servers.Management.LoadAsync("here", "coder-a", null, CancellationToken.None);
        Assert.Equal("coder-a", await loading.WaitAsync(Served.Guard, TimeProvider.System));
        Assert.Equal("coder-a Loaded 4096; coder-b NotLoaded -", await ListAsync(served));
        Assert.Equal("coder-a", await served.Servers.Management.LoadAsync("here", "coder-a", null, CancellationToken.None));
        await served.Servers.Management.UnloadAsync("here", "coder-a", CancellationToken.None);
        await served.Servers.Management.UnloadAsync("here", "coder-a", CancellationToken.None);
        Assert.Equal("coder-a NotLoaded -; coder-b NotLoaded -", await ListAsync(served));
    }

    [Theory]
    [InlineData("mlx-0.32.2", "--model")]
    [InlineData("llamacpp", "--models-dir")]
    [InlineData("vllm", "Start vLLM")]
    public async Task A_server_without_load_commands_has_a_remedy(string profile, string remedy)
    {
        await using var served = await Served.StartAsync(Served.Options(profile));
        var model = (await served.Servers.Management.ListAsync(CancellationToken.None))[0].Models[0];
        Assert.False(model.CanBeMoved);
        var failure = await Assert.ThrowsAsync<ModelServerException>(
            () => served.Servers.Management.LoadAsync("here", model.Id, null, CancellationToken.None));
        Assert.Contains(remedy, failure.Remedy);
    }

    [Fact]
    public async Task A_remedy_names_the_existing_models_and_endpoints()
    {
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4"));
        var model = await Assert.ThrowsAsync<ModelServerException>(
            () => served.Servers.Management.LoadAsync("here", "nope", null, CancellationToken.None));
        Assert.Contains("qwen2.5-coder-7b-instruct", model.Remedy);
        var endpoint = await Assert.ThrowsAsync<ModelServerException>(
            () => served.Servers.Management.LoadAsync("there", "nope", null, CancellationToken.None));
        Assert.Contains("here", endpoint.Remedy);
    }

    [Fact]
    public async Task Ollama_loads_and_unloads_by_its_own_API()
    {
        using var replies = new ScriptedReplies(
            """
            POST /api/generate {"model":"a:1","options":{"num_ctx":8192},"stream":false} => {"done":true,"done_reason":"load"}
            POST /api/generate {"model":"a:1","keep_alive":0,"stream":false} => {"done":true,"done_reason":"unload"}
            POST /api/embed {"model":"e:1","keep_alive":0,"input":[]} => {"embeddings":[]}
            """);
        var management = Ollama(replies);
        Assert.Equal("a:1", await management.LoadAsync(Model("a:1"), 8192, CancellationToken.None));
        await management.UnloadAsync(Model("a:1"), CancellationToken.None);
        await management.UnloadAsync(Model("e:1") with { Type = ModelType.Embedding }, CancellationToken.None);
        Assert.Equal(3, replies.Asked.Count);
    }

    [Fact]
    public async Task Ollama_reports_progress_and_failure_of_a_pull()
    {
        using var replies = new ScriptedReplies(
            """
            POST /api/pull {"model":"a","stream":true} => {"status":"pulling manifest"}\n{"status":"pulling d1","total":4000000000,
                "completed":1000000000}\n{"status":"success"}
            POST /api/pull {"model":"b","stream":true} => {"status":"pulling manifest"}\n
                {"error":"pull model manifest: file does not exist"}
            POST /api/pull {"model":"c-q4_k_m","stream":true} => {"status":"pulling manifest"}
            """.Replace("\\n", "␤", StringComparison.Ordinal));
        var progress = new ProgressLog();
        await Ollama(replies).DownloadAsync("a", null, progress, CancellationToken.None);
        Assert.Equal(["pulling manifest", "1.0 of 4.0 GB"], progress.Steps);
        var failure = await Assert.ThrowsAsync<ModelServerException>(
            () => Ollama(replies).DownloadAsync("b", null, progress, CancellationToken.None));
        Assert.Contains("file does not exist", failure.Message);
        var cut = await Assert.ThrowsAsync<ModelServerException>(
            () => Ollama(replies).DownloadAsync("c", "Q4_K_M", progress, CancellationToken.None));
        Assert.Equal(ModelFault.CutShort, cut.Fault);
    }

    private static OllamaManagement Ollama(ScriptedReplies replies)
    {
        var endpoint = EndpointSettings.At("here", new Uri("http://127.0.0.1:9"), EndpointKind.Ollama);
        return new OllamaManagement(
            endpoint, new ServerQuestions(new HttpClient(replies, disposeHandler: false), endpoint, TimeProvider.System));
    }

    private static CatalogModel Model(string id) => new CatalogEntry(id).Build(Assistant.Families.FamilyTable.BuiltIn);

    private static async Task<string> ListAsync(Served served) => string.Join("; ",
        from endpoint in await served.Servers.Management.ListAsync(CancellationToken.None)
        from model in endpoint.Models
        select $"{model.Id} {model.State} {model.LoadedContextTokens?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}");

    /// <summary>Progress that a test waits for.</summary>
    private sealed class ProgressLog : IProgress<ManagementProgress>
    {
        private readonly List<ManagementProgress> all = [];
        private TaskCompletionSource more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<double?> Shares => [.. all.Select(one => one.Share)];

        public IReadOnlyList<string> Steps => [.. all.Select(one => one.What)];

        public void Report(ManagementProgress value)
        {
            lock (all)
            {
                all.Add(value);
                more.TrySetResult();
                more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public async Task WaitAsync(int count)
        {
            while (true)
            {
                Task next;
                lock (all)
                {
                    if (all.Count >= count)
                    {
                        return;
                    }
                    next = more.Task;
                }
                await next.WaitAsync(Served.Guard, TimeProvider.System);
            }
        }
    }
}
