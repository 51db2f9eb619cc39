using Assistant.Inference.Fim;
using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Routing;
using Assistant.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.Models;

/// <summary>A simulated model server and the model layer on it.</summary>
internal sealed class Served : IAsyncDisposable
{
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private Served(Simulator simulator, AssistantSettings settings, TimeProvider clock)
    {
        Simulator = simulator;
        Settings = settings;
        Servers = new ModelServices(settings, clock, NullLogger.Instance, NullAuditLog.Instance);
    }

    public Simulator Simulator { get; }

    public AssistantSettings Settings { get; }

    public ModelServices Servers { get; }

    public EndpointSettings Endpoint => Settings.Endpoints[0];

    public static async Task<Served> StartAsync(
        SimulatorOptions options,
        TimeProvider? clock = null,
        Func<EndpointSettings, EndpointSettings>? endpoint = null,
        string? model = null)
    {
        var simulator = await Simulator.StartAsync(options);
        var settings = EndpointSettings.At("here", simulator.BaseUrl);
        return new Served(simulator, AssistantSettings.Defaults with
        {
            Endpoints = [endpoint is null ? settings : endpoint(settings)],
            Completion = AssistantSettings.Defaults.Completion with { Model = model },
        }, clock ?? TimeProvider.System);
    }

    public async Task<RouteAnswer> RouteAsync() =>
        await Servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None).WaitAsync(Guard, TimeProvider.System);

    public async Task<ModelRoute> UpAsync()
    {
        var answer = await RouteAsync();
        return answer.Route ?? throw new InvalidOperationException($"There is no route: {answer.Status}");
    }

    public IAsyncEnumerable<FimChunk> Stream(ModelRoute route, FimRequest? request = null, CancellationToken token = default) =>
        Servers.Fim.StreamAsync(route, request ?? Hole(route), token);

    public static async Task<string> TextAsync(IAsyncEnumerable<FimChunk> chunks)
    {
        var text = "";
        await foreach (var chunk in chunks)
        {
            text += chunk.Text;
        }
        return text;
    }

    public async Task<(string Text, FimEnd? End)> CompleteAsync(ModelRoute route, FimRequest? request = null)
    {
        var text = "";
        FimEnd? end = null;
        using var guard = new CancellationTokenSource(Guard);
        await foreach (var chunk in Stream(route, request, guard.Token))
        {
            text += chunk.Text;
            end = chunk.End ?? end;
        }
        return (text, end);
    }

    /// <summary>A hole after <c>return </c> in <see cref="Document"/>, which the simulator completes.</summary>
    public static FimRequest Hole(ModelRoute route)
    {
        var fim = route.Family.Fim ?? Assistant.Families.ModelFamilies.Of("qwen2.5-coder").Fim!;
        var prompt = $"{fim.Prefix}{Document[..HoleAt]}{fim.Suffix}{Document[HoleEnd..]}{fim.Middle}";
        return new FimRequest(prompt, fim.Stops, MaxTokens: 40, Temperature: 0, Grammar: null, Chat: null);
    }

    public const string Document =
        """
        class Adder
        {
            int Add(int first, int second)
            {
                return first + second;
            }

            int Twice(int value) => value * 2;
        }
        """;

    public const string Answer = "first + second;";

    private static int HoleAt => Document.IndexOf(Answer, StringComparison.Ordinal);

    private static int HoleEnd => HoleAt + Answer.Length;

    public static SimulatorOptions Options(string profile) =>
        new() { Profile = profile, Documents = [Document], AfterTheHole = AfterTheHole.End };

    public async ValueTask DisposeAsync()
    {
        Servers.Dispose();
        await Simulator.DisposeAsync();
    }
}
