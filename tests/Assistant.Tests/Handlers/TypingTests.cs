using Assistant.Completion;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using ModelServerSimulator;

namespace Assistant.Tests.Handlers;

/// <summary>
/// Twenty keys, 120 ms apart, against a slow model server. Each key sends a request and cancels the one before, as an editor does.
/// The clock advances at the system's pace between the keys, and stops while a key is on its way to the server: otherwise a stalled machine
/// would look like a pause in the typing, which closes a stream without waiters. The tests assert the order and the number of requests.
/// </summary>
public sealed class TypingTests
{
    private const string Line = "return names.Count - 1;";

    private static readonly string Shop = $$"""
        namespace Demo;

        public class Shop
        {
            private readonly List<string> names = new();

            public void Add(string name)
            {
                ArgumentNullException.ThrowIfNull(name);
                names.Add(name);
            }

            public int Last()
            {
                {{Line}}
            }
        }
        """;

    private static readonly SimulatorOptions Slow = new()
    {
        Documents = [Shop],
        Models = [new SimulatedModel("qwen2.5-coder-7b-instruct")],
        PrefillTokensPerSecond = 300,
        FirstByteDelay = TimeSpan.FromMilliseconds(300),
        TokenDelay = TimeSpan.FromMilliseconds(60),
    };

    [Fact]
    public async Task A_slow_model_that_is_right_is_asked_once_and_shown() => await TypeAsync(Slow, wrong: 0);

    [Fact]
    public async Task A_slow_model_that_is_wrong_at_first_never_runs_two_requests_at_once() => await TypeAsync(Slow, wrong: 1);

    private static async Task TypeAsync(SimulatorOptions options, int wrong)
    {
        var clock = new FakeClock();
        await using var simulator = await Simulator.StartAsync(options with { Clock = clock });
        for (var i = 0; i < wrong; i++)
        {
            simulator.Brain.Enqueue("        throw new NotSupportedException(nameof(Last));\n");
        }
        await using var session = await TestSession.StartAsync(
            simulator.BaseUrl, settings: """{"completion":{"patterns":false}}""", clock: clock);
        // The server's state is known before the keys, since its answers about itself are slow, too.
        await GoAsync(clock, session.Client.WaitForAsync(Methods.Status, status => status.State == "up"));
        var at = session.Open(Shop.Replace(Line, "$$"));
        var cancel = new CancellationTokenSource();
        var asked = await AskAsync();
        var shown = 0;
        foreach (var key in Line[..20])
        {
            await RestAsync(clock, TimeSpan.FromMilliseconds(120));
            shown += asked.IsCompletedSuccessfully && (await asked)!.Items.Count > 0 ? 1 : 0;
            await cancel.CancelAsync();
            await IgnoreCancelledAsync(asked);
            cancel.Dispose();
            cancel = new CancellationTokenSource();
            at = session.Type(at, key.ToString());
            asked = await AskAsync();
        }
        await GoAsync(clock, asked);
        var item = Assert.Single((await asked)!.Items);
        cancel.Dispose();
        Assert.Equal(Line[20..], item.InsertText);

        Assert.InRange(simulator.Log.MostAlive, 1, 1);
        Assert.Equal(0, simulator.Log.MostWaiting);
        Assert.Equal(0, simulator.Log.CompletedUnseen);
        // A generation that ran to its end was shown, by the last answer or an earlier one.
        Assert.InRange(simulator.Log.Completed, 0, shown + 1);
        Assert.InRange(simulator.Log.Completions.Count, 1, 1 + (2 * wrong) + 1);

        // The method returns when the request is answered or waits for a model.
        async Task<Task<InlineCompletionList?>> AskAsync()
        {
            var waits = clock.WhenSetAsync(InlineCompletion.PatternsAfter);
            var answer = session.CompleteAsync(at, token: cancel.Token);
            await Task.WhenAny(answer, waits);
            return answer;
        }
    }

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    /// <summary>Advances the clock until the task has ended. The task limits its own time.</summary>
    private static async Task GoAsync(FakeClock clock, Task task)
    {
        while (!task.IsCompleted)
        {
            await RestAsync(clock, Step);
        }
    }

    private static async Task RestAsync(FakeClock clock, TimeSpan time)
    {
        for (var rested = TimeSpan.Zero; rested < time; rested += Step)
        {
            await Task.Delay(Step, TimeProvider.System);
            clock.Advance(Step);
        }
    }

    private static async Task IgnoreCancelledAsync(Task<InlineCompletionList?> asked)
    {
        try
        {
            await asked;
        }
        catch (RpcException error) when (error.Error.Code is RpcErrorCodes.RequestCancelled or RpcErrorCodes.ContentModified)
        {
            // An editor cancels the request before.
        }
    }
}
