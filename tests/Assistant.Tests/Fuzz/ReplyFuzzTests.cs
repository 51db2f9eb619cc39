using Assistant.Basics;
using Assistant.Families;
using Assistant.Inference.Clients;
using Assistant.Inference.Fim;
using Assistant.Inference.ToolCalls;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Assistant.Tests.Inference.Clients;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using ModelServerSimulator;
using ServedFrom = Assistant.Tests.Models.Served;

namespace Assistant.Tests.Fuzz;

/// <summary>
/// Model servers with damaged replies: each call ends with an answer or with an error that names a remedy.
/// </summary>
public sealed class ReplyFuzzTests
{
    private const int Rounds = 20;
    private const string Model = "qwen2.5-coder-7b-instruct";

    public static TheoryData<string> Profiles => [.. ProfileTable.Names];

    [Theory, MemberData(nameof(Profiles))]
    public async Task A_damaged_reply_is_an_answer_or_a_clear_error(string profile)
    {
        var options = ServedFrom.Options(profile) with
        {
            Models = [new SimulatedModel(Model), new SimulatedModel("nomic-embed-text")],
            ToolReply = ModelReply.Call("read_file", """{"path":"src/A.cs"}"""),
            Reasoning = "Hm.",
        };
        await using var simulator = await Simulator.StartAsync(options);
        for (var seed = 0; seed < Rounds; seed++)
        {
            foreach (var (name, call) in Calls)
            {
                using var log = new StringWriter();
                using var loggers = new LineLogger(TextWriter.Synchronized(log), LogLevel.Error, TimeProvider.System);
                using var endpoints = new EndpointRegistry(TimeProvider.System, loggers.CreateLogger("models"), NullAuditLog.Instance);
                var damage = new ReplyDamage(new Random(seed));
                simulator.Options = options with { Damage = damage.Of };
                try
                {
                    await call(endpoints, Route(simulator, profile)).WaitAsync(
                        ServedFrom.Guard, TimeProvider.System, TestContext.Current.CancellationToken);
                }
                catch (ModelServerException failure)
                {
                    Assert.NotEmpty(failure.Message);
                    Assert.NotEmpty(failure.Remedy);
                }
                catch (Exception failure)
                {
                    Assert.Fail($"{profile}, {name}, seed {seed}: {failure}");
                }
                Assert.True(log.ToString().Length == 0, $"{profile}, {name}, seed {seed}: {log}");
            }
        }
    }

    private static readonly (string Name, Func<EndpointRegistry, ModelRoute, Task> Call)[] Calls =
    [
        ("catalog", async (endpoints, route) => await endpoints.Of(route.Endpoint).GetInfoAsync(CancellationToken.None)),
        ("completion", async (endpoints, route) =>
        {
            var client = new FimClient(endpoints, TimeProvider.System);
            await foreach (var _ in client.StreamAsync(route, ServedFrom.Hole(route), CancellationToken.None))
            {
            }
        }),
        ("chat", (endpoints, route) => AskAsync(endpoints, route, whole: false, tools: false)),
        ("whole chat", (endpoints, route) => AskAsync(endpoints, route, whole: true, tools: false)),
        ("chat with tools", (endpoints, route) => AskAsync(endpoints, route, whole: false, tools: true)),
        ("whole chat with tools", (endpoints, route) => AskAsync(endpoints, route, whole: true, tools: true)),
        ("vectors", async (endpoints, route) =>
            await Clients(endpoints).Embeddings(route with { ModelId = "nomic-embed-text" }).GenerateAsync(["one", "two"])),
    ];

    private static async Task AskAsync(EndpointRegistry endpoints, ModelRoute route, bool whole, bool tools) =>
        await Clients(endpoints).Chat(route).GetResponseAsync("Hello", new ChatOptions
        {
            Tools = tools ? [ChatServer.ReadFile, ChatServer.FindSymbol] : null,
            AdditionalProperties = new() { [WireOptions.Whole] = whole },
        });

    private static EndpointClients Clients(EndpointRegistry endpoints) => new(endpoints, new ToolCallModes(), TimeProvider.System);

    private static ModelRoute Route(Simulator simulator, string profile) => new(
        Assistant.Settings.EndpointSettings.At("here", simulator.BaseUrl), ChatServer.KindOf(profile), Model, ModelFamilies.Of(Model),
        8_192, Grammar: false, KeepsFirstSpace: true, ChatFallback: false);
}
