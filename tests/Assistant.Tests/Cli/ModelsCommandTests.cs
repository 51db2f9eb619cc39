using System.Text.Json;
using Assistant.Cli;
using Assistant.Tests.Models;
using ModelServerSimulator;

namespace Assistant.Tests.Cli;

public sealed class ModelsCommandTests
{
    [Fact]
    public async Task People_get_a_table()
    {
        await using var simulator = await Simulator.StartAsync(Served.Options("lmstudio-0.4") with
        {
            Models =
            [
                new SimulatedModel("text-embedding-nomic") { Loaded = false },
                new SimulatedModel("qwen2.5-coder-7b-instruct") { Slots = 4, Tools = false }
            ],
        });
        var (code, output, _) = await RunAsync($"models --endpoint {simulator.BaseUrl}");
        Assert.Equal(0, code);
        var address = $"{simulator.BaseUrl.Host}:{simulator.BaseUrl.Port}";
        Assert.Equal(
            $"""
            {address}: lmstudio at http://{address}/v1/
              model                      state       context        quantization  slots  family         abilities
              qwen2.5-coder-7b-instruct  loaded      8192 of 32768  Q4_K_M        4      qwen2.5-coder  chat, fim, schema
              text-embedding-nomic       not loaded  up to 32768    Q4_K_M        -      embedding      embeddings

            """.ReplaceLineEndings("\n"), output);
        Assert.Empty(simulator.Log.Completions);
        Assert.All(simulator.Log.All, request => Assert.Equal("GET", request.Method));
    }

    [Fact]
    public async Task Scripts_get_JSON_and_the_reasons()
    {
        await using var simulator = await Simulator.StartAsync(Served.Options("llamacpp"));
        var (code, output, _) = await RunAsync($"models --json --why completion --endpoint {simulator.BaseUrl}");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        var endpoint = json.RootElement.GetProperty("endpoints")[0];
        Assert.Equal("llamacpp", endpoint.GetProperty("kind").GetString());
        Assert.Equal("loaded", endpoint.GetProperty("models")[0].GetProperty("state").GetString());
        var why = json.RootElement.GetProperty("why");
        Assert.Equal("completion", why.GetProperty("task").GetString());
        Assert.Equal(endpoint.GetProperty("models")[0].GetProperty("id").GetString(), why.GetProperty("model").GetString());
        Assert.NotEqual(0, why.GetProperty("why").GetArrayLength());
    }

    [Fact]
    public async Task An_error_names_its_remedy()
    {
        var (code, output, _) = await RunAsync("models --endpoint http://127.0.0.1:9/v1");
        Assert.Equal(1, code);
        Assert.Contains("127.0.0.1:9", output, StringComparison.Ordinal);
        Assert.Contains("Start the model server", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models --scan 10.0.0.0/8", "too wide")]
    [InlineData("models --scan here", "no range")]
    [InlineData("models --why tea", "completion")]
    public async Task A_wrong_argument_is_a_usage_error(string arguments, string named)
    {
        var (code, _, error) = await RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter();
        var surroundings = new Surroundings(
            new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = "/nowhere" }, "/", output, error, TimeProvider.System);
        var code = await new CommandLine(new Composition(surroundings)).RunAsync(
            arguments.Split(' '), TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
