using Assistant.Families;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.ModelServers.Health;
using Assistant.Routing;
using Assistant.Routing.Scheduling;
using Assistant.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Routing.Scheduling;

/// <summary>
/// Whose turn it is, as a script: <c>c1 e2 h3 b4</c> are requests of a completion, an edit, a chat and the background, in the order in which they come,
/// <c>:m</c> names another model than <c>a</c>, <c>!</c> after it one that a use would load, <c>-c1</c> ends a request, <c>~c1</c> cancels one that waits,
/// <c>*c1</c> lets its first token come. Expected is who was granted, in order; <c>0</c> after one that was replaced.
/// </summary>
public sealed class EndpointQueueTests
{
    [Theory]
    [InlineData(1, "h1 h2 b3 e4 c5 -h1 -c5 -e4 -h2 -b3", "h1 c5 e4 h2 b3")]
    [InlineData(1, "b1 b2 h3 -b1 -h3", "b1 h3 b2")]
    [InlineData(1, "h1 h2 h3 ~h2 -h1", "h1 h3")]
    [InlineData(1, "c1 c2 c3 -c1", "c1 c20 c3")]
    // One completion at a time, whatever slots there are.
    [InlineData(4, "c1 c2 -c1", "c1 c2")]
    [InlineData(4, "h1 h2 h3 h4 h5 -h1", "h1 h2 h3 h4 h5")]
    // Where completions are wanted, one slot is kept for them.
    [InlineData(2, "c1 h2 h3 -c1 c4 -h2", "c1 h2 c4 h3")]
    public void What_waits_goes_by_class_and_then_by_arrival(int slots, string script, string expected) => Check(EndpointKind.LlamaCpp, slots, null, script, expected);

    [Theory]
    [InlineData(4, 2, "h1 h2 h3 -h1", "h1 h2 h3")]
    [InlineData(null, 3, "h1 h2 h3 h4", "h1 h2 h3")]
    [InlineData(null, null, "h1 h2", "h1")]
    public void The_users_bound_caps_what_the_server_says(int? slots, int? maxParallel, string script, string expected) =>
        Check(EndpointKind.LlamaCpp, slots, maxParallel, script, expected);

    [Theory]
    // Both are loaded: side by side.
    [InlineData(EndpointKind.LmStudio, "h1 h2:b", "h1 h2")]
    // To load one could push the other out: it waits, and holds back what would keep the other running.
    [InlineData(EndpointKind.LmStudio, "h1 h2:b! h3 -h1 *h2 -h2", "h1 h2 h3")]
    [InlineData(EndpointKind.LmStudio, "h1 h2:b! c3 -h1", "h1 c3")]
    [InlineData(EndpointKind.LmStudio, "h1 h2:b! c3 -h1 -c3", "h1 c3 h2")]
    // Once it is loaded both run.
    [InlineData(EndpointKind.LmStudio, "h1:b! h2 *h1", "h1 h2")]
    // The first touch is serialised.
    [InlineData(EndpointKind.LmStudio, "h1:b! h2:b! *h1", "h1 h2")]
    [InlineData(EndpointKind.LmStudio, "h1:b! h2:b!", "h1")]
    // mlx has one model, loaded or not.
    [InlineData(EndpointKind.Mlx, "h1 h2:b -h1", "h1 h2")]
    [InlineData(EndpointKind.Mlx, "h1 h2:b", "h1")]
    public void No_model_is_swapped_under_a_running_generation(EndpointKind kind, string script, string expected) => Check(kind, slots: 4, null, script, expected);

    [Fact]
    public async Task A_document_stays_with_the_slot_that_has_read_it()
    {
        using var registry = new EndpointRegistry(new FakeClock(), NullLogger.Instance, NullAuditLog.Instance);
        var scheduler = new Scheduler(registry, new FakeClock());
        var route = Route(EndpointKind.LlamaCpp, 3, null, "a", loads: false);
        Assert.Equal([0, 1, 0, 2, 1, 0], new[] { await SlotOf("x"), await SlotOf("y"), await SlotOf("x"), await SlotOf("z"), await SlotOf("y"), await SlotOf("x") });
        // No slot is free of documents: the one that was used longest ago goes.
        Assert.Equal(2, await SlotOf("new"));
        Assert.True(scheduler.HasRead(route, "x"));
        Assert.False(scheduler.HasRead(route, "z"));

        async Task<int?> SlotOf(string document)
        {
            using var lease = await scheduler.AcquireAsync(route, RequestClass.Completion, document, CancellationToken.None);
            return lease!.Slot;
        }
    }

    [Fact]
    public async Task A_line_has_an_end()
    {
        using var registry = new EndpointRegistry(new FakeClock(), NullLogger.Instance, NullAuditLog.Instance);
        var scheduler = new Scheduler(registry, new FakeClock());
        var route = Route(EndpointKind.LlamaCpp, 1, null, "a", loads: false);
        using var first = await scheduler.AcquireAsync(route, RequestClass.Chat, null, CancellationToken.None);
        var waiting = Enumerable.Range(0, 256).Select(_ => scheduler.AcquireAsync(route, RequestClass.Background, null, CancellationToken.None)).ToArray();
        Assert.Equal(257, scheduler.LoadOf(route));
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => scheduler.AcquireAsync(route, RequestClass.Chat, null, CancellationToken.None));
        Assert.Equal(ModelFault.Busy, failure.Fault);
        Assert.All(waiting, one => Assert.False(one.IsCompleted));
    }

    [Fact]
    public async Task A_completion_that_waits_behind_a_chat_is_told_and_its_end_too()
    {
        using var registry = new EndpointRegistry(new FakeClock(), NullLogger.Instance, NullAuditLog.Instance);
        var scheduler = new Scheduler(registry, new FakeClock());
        var told = new List<RequestClass?>();
        scheduler.CompletionHeldUp += (_, by) => told.Add(by);
        var route = Route(EndpointKind.LlamaCpp, 1, null, "a", loads: false);
        var chat = await scheduler.AcquireAsync(route, RequestClass.Chat, null, CancellationToken.None);
        var completion = scheduler.AcquireAsync(route, RequestClass.Completion, null, CancellationToken.None);
        Assert.Equal([RequestClass.Chat], told);
        chat!.Dispose();
        (await completion)!.Dispose();
        Assert.Equal([RequestClass.Chat, null], told);
    }

    private static void Check(EndpointKind kind, int? slots, int? maxParallel, string script, string expected)
    {
        var granted = new List<string>();
        var leases = new Dictionary<string, SlotLease>();
        var waiting = new Dictionary<string, Waiting>();
        var line = new EndpointQueue((one, slot) => new SlotLease(one.Route, one.Kind, slot, TimeSpan.Zero, new FirstTokenLatency(), new FakeClock(), _ => { }, _ => { }));
        foreach (var step in script.Split(' '))
        {
            var name = step.Trim('-', '~', '*', '!').Split(':')[0];
            switch (step[0])
            {
                case '-':
                    line.Free(leases[name]);
                    break;
                case '~':
                    line.Leave(waiting[name], new CancellationToken(canceled: true));
                    break;
                case '*':
                    leases[name].Sent();
                    leases[name].FirstToken();
                    break;
                default:
                    var model = step.Contains(':') ? step.Split(':')[1].TrimEnd('!') : "a";
                    waiting[name] = new Waiting(Route(kind, slots, maxParallel, model, loads: step.EndsWith('!')), ClassOf(step[0]), null, 0);
                    line.Enter(waiting[name]);
                    break;
            }
            line.StartAll();
            foreach (var (one, answer) in waiting.Where(one => one.Value.Granted.Task.IsCompleted).ToArray())
            {
                waiting.Remove(one);
                if (answer.Granted.Task.IsCompletedSuccessfully)
                {
#pragma warning disable xUnit1031 // It is over.
                    granted.Add(answer.Granted.Task.GetAwaiter().GetResult() is { } lease ? Keep(one, lease) : $"{one}0");
#pragma warning restore xUnit1031
                }
            }
        }
        Assert.Equal(expected, string.Join(' ', granted));

        string Keep(string one, SlotLease lease)
        {
            leases[one] = lease;
            return one;
        }
    }

    private static RequestClass ClassOf(char letter) => letter switch
    {
        'c' => RequestClass.Completion,
        'e' => RequestClass.Edit,
        'h' => RequestClass.Chat,
        _ => RequestClass.Background,
    };

    private static ModelRoute Route(EndpointKind kind, int? slots, int? maxParallel, string model, bool loads) => new(
        EndpointSettings.At("here", new Uri("http://127.0.0.1:9")) with { MaxParallel = maxParallel }, kind, model, ModelFamilies.Unknown,
        8_192, Grammar: false, KeepsFirstSpace: true, ChatFallback: true, Slots: slots, Loads: loads);
}
