using System.Collections.Concurrent;
using Assistant.Completion;
using Assistant.FileAccess;
using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Patterns;
using Assistant.Settings;
using Assistant.Tests;
using Assistant.Workspace;
using Assistant.Workspace.Documents;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Benchmarks;

/// <summary>
/// Two model servers, one of which is killed and restarted every second, under a load of completions (five a second, 100 ms each) or chats
/// (two a second, 2 s each). Counts the answers. The system's clock paces the load, since the result depends on the real overlap.
/// </summary>
internal sealed class Chaos : IAsyncDisposable
{
    private static readonly TimeSpan KilledEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DeadFor = TimeSpan.FromMilliseconds(300);

    private const string Document = "class Adder\n{\n    int Add(int first, int second)\n    {\n        return first + second;\n    }\n}\n";
    private const string Answer = "first + second;";

    private readonly Simulator stable;
    private readonly Simulator mortal;
    private readonly ModelServices servers;
    private readonly ConcurrentBag<ChaosOutcome> outcomes = [];
    private int documents;

    private Chaos(Simulator stable, Simulator mortal)
    {
        (this.stable, this.mortal) = (stable, mortal);
        // The server that dies has priority, so that each death matters.
        EndpointSettings[] endpoints =
        [
            EndpointSettings.At("mortal", mortal.BaseUrl) with { Priority = 1 }, EndpointSettings.At("stable", stable.BaseUrl)
        ];
        servers = new ModelServices(
            AssistantSettings.Defaults with { Endpoints = endpoints }, TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance);
    }

    /// <summary>Five completions a second, 100 ms each, through all stages of a keystroke.</summary>
    public static async Task<ChaosResult> CompletionsAsync(TimeSpan length)
    {
        // 60 ms until the first token, then four of 10 ms.
        await using var chaos = await StartAsync(
            new SimulatorOptions { FirstByteDelay = TimeSpan.FromMilliseconds(60), TokenDelay = TimeSpan.FromMilliseconds(10) });
        return await chaos.RunAsync(length, TimeSpan.FromMilliseconds(200), chaos.CompleteAsync, oneByOne: true);
    }

    /// <summary>Two chats a second, 2 s each: half a second until the first token, then thirty tokens of 50 ms.</summary>
    public static async Task<ChaosResult> ChatsAsync(TimeSpan length)
    {
        await using var chaos = await StartAsync(new SimulatorOptions
        {
            FirstByteDelay = TimeSpan.FromMilliseconds(500),
            TokenDelay = TimeSpan.FromMilliseconds(50),
            ChatReply = string.Join(' ', Enumerable.Range(0, 15).Select(word => $"word{word}")),
        });
        return await chaos.RunAsync(length, TimeSpan.FromMilliseconds(500), chaos.ChatAsync, oneByOne: false);
    }

    public async ValueTask DisposeAsync()
    {
        servers.Dispose();
        await stable.DisposeAsync();
        await mortal.DisposeAsync();
    }

    private static async Task<Chaos> StartAsync(SimulatorOptions options)
    {
        // All requests run side by side: the benchmark does not measure the queue.
        options = options with
        {
            Profile = "llamacpp",
            Documents = [Document],
            AfterTheHole = AfterTheHole.End,
            Models = [new SimulatedModel("qwen2.5-coder-7b-instruct") { Slots = 8 }],
        };
        var chaos = new Chaos(await Simulator.StartAsync(options), await Simulator.StartAsync(options));
        await chaos.servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None);
        return chaos;
    }

    /// <param name="oneByOne">Each request starts after the end of the one before, as a newer completion replaces a waiting one.</param>
    private async Task<ChaosResult> RunAsync(TimeSpan length, TimeSpan pause, Func<Task<ChaosOutcome>> ask, bool oneByOne)
    {
        using var over = new CancellationTokenSource(length);
        var killing = KillAsync(over.Token);
        var running = new List<Task>();
        using var timer = new PeriodicTimer(pause);
        while (!over.IsCancellationRequested)
        {
            var asked = KeepAsync();
            running.Add(asked);
            if (oneByOne)
            {
                await asked;
            }
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
        await Task.WhenAll(running);
        await killing;
        return new ChaosResult([.. outcomes]);

        async Task KeepAsync() => outcomes.Add(await ask());
    }

    private async Task KillAsync(CancellationToken over)
    {
        using var timer = new PeriodicTimer(KilledEvery);
        while (!over.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            await mortal.KillAsync();
            await Task.Delay(DeadFor, TimeProvider.System, CancellationToken.None);
            await mortal.RestartAsync();
        }
    }

    private async Task<ChaosOutcome> CompleteAsync()
    {
        // Each completion has its own document, so that none replaces another.
        var completion = new InlineCompletion(
            servers.Router, servers.Fim, servers.Scheduler, new PatternIndex(), new NoVerifier(), TimeProvider.System,
            NullLogger<InlineCompletion>.Instance);
        var number = Interlocked.Increment(ref documents);
        var at = Document.IndexOf(Answer, StringComparison.Ordinal);
        var query = QueryOf($"file:///Adder{number}.cs", version: 1, Document.Remove(at, Answer.Length), at, CompletionTrigger.Invoked);
        return await completion.SuggestAsync(query, AssistantSettings.Defaults.Completion, CancellationToken.None) switch
        {
            Suggestion suggestion => new ChaosOutcome(Whole: suggestion.Text == Answer, Arrived: suggestion.Text, Error: null),
            NoSuggestion none => new ChaosOutcome(Whole: false, Arrived: "", $"{none.Reason}: {none.Detail}"),
            var other => throw new InvalidOperationException($"An answer is a suggestion or none: {other}"),
        };
    }

    internal static CompletionQuery QueryOf(string uri, int version, string text, int caret, CompletionTrigger trigger)
    {
        var documents = DocumentStore.Empty.Open(uri, "csharp", version, text);
        return CompletionQuery.At(
            WorkspaceSnapshot.Start([], trusted: true).With(documents), documents.Find(uri)!, caret,
            FileAccessPolicy.Of(AssistantSettings.Defaults, []), trigger);
    }

    private async Task<ChaosOutcome> ChatAsync()
    {
        var arrived = "";
        try
        {
            await foreach (var update in servers.Chat(ModelTask.ChatGeneral).GetStreamingResponseAsync("Who are you?"))
            {
                arrived += update.Text;
            }
            return new ChaosOutcome(Whole: arrived.EndsWith("word14", StringComparison.Ordinal), arrived, Error: null);
        }
        catch (ModelServerException failure)
        {
            return new ChaosOutcome(
                Whole: false, arrived, $"{failure.Fault}: {failure.Message} {failure.Remedy}", Kept: failure.Arrived ?? "");
        }
    }
}

/// <param name="Whole">The answer arrived whole and is right.</param>
/// <param name="Arrived">The text that a user would have seen.</param>
/// <param name="Error">The error at the end; null for an answer without one.</param>
/// <param name="Kept">The text that the error kept.</param>
internal sealed record ChaosOutcome(bool Whole, string Arrived, string? Error, string Kept = "");

internal sealed record ChaosResult(IReadOnlyList<ChaosOutcome> Outcomes)
{
    public int Answered => Outcomes.Count(outcome => outcome.Whole);

    /// <summary>Requests that ended without any output.</summary>
    public int LostUnseen => Outcomes.Count(outcome => !outcome.Whole && outcome.Arrived.Length == 0);

    /// <summary>Requests that ended in mid-answer with an error that keeps the text so far.</summary>
    public int BrokenOffClearly =>
        Outcomes.Count(outcome => outcome is { Whole: false, Arrived.Length: > 0, Error: not null } && outcome.Arrived == outcome.Kept);

    public string Summary =>
        $"{Outcomes.Count} asked, {Answered} answered ({100.0 * Answered / Outcomes.Count:0.0} %), "
        + $"{BrokenOffClearly} broken off with an error that keeps the text so far, {LostUnseen} lost before any output"
        + string.Concat(
            Outcomes
                .Select(outcome => outcome.Error)
                .OfType<string>()
                .GroupBy(error => error)
                .Select(group => $"\n  {group.Count()} x {group.Key}"));
}
