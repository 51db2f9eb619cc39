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
/// Each row holds a script and the granted requests in order. In a script <c>c1 e2 h3 b4</c> are requests of a completion, an edit, a chat
/// and the background, in order of arrival; <c>:m</c> after a request names another model than <c>a</c>, <c>!</c> marks a model that the
/// request would load; <c>-c1</c> ends a request, <c>~c1</c> cancels a waiting one, <c>*c1</c> delivers its first token. In the result
/// <c>0</c> marks a request that a newer one replaced.
/// </summary>
public sealed class EndpointQueueTests
{
    [Theory]
    [InlineData(1, "h1 h2 b3 e4 c5 -h1 -c5 -e4 -h2 -b3", "h1 c5 e4 h2 b3")]
    [InlineData(1, "b1 b2 h3 -b1 -h3", "b1 h3 b2")]
    [InlineData(1, "h1 h2 h3 ~h2 -h1", "h1 h3")]
    [InlineData(1, "c1 c2 c3 -c1", "c1 c20 c3")]
    // One completion runs at a time, whatever the number of slots.
    [InlineData(4, "c1 c2 -c1", "c1 c2")]
    [InlineData(4, "h1 h2 h3 h4 h5 -h1", "h1 h2 h3 h4 h5")]
    // A model that serves completions keeps one slot for them.
    [InlineData(2, "c1 h2 h3 -c1 c4 -h2", "c1 h2 c4 h3")]
    public void The_queue_is_ordered_by_class_and_then_by_arrival(int slots, string script, string expected) =>
        Check(EndpointKind.LlamaCpp, slots, null, script, expected);

    [Theory]
    [InlineData(4, 2, "h1 h2 h3 -h1", "h1 h2 h3")]
    [InlineData(null, 3, "h1 h2 h3 h4", "h1 h2 h3")]
    [InlineData(null, null, "h1 h2", "h1")]
    public void The_users_limit_caps_the_servers_slots(int? slots, int? maxParallel, string script, string expected) =>
        Check(EndpointKind.LlamaCpp, slots, maxParallel, script, expected);

    [Theory]
    // Both models are loaded: their requests run in parallel.
    [InlineData(EndpointKind.LmStudio, "h1 h2:b", "h1 h2")]
    // A load could evict the running model: its request waits, and holds back new requests of the running model.
    [InlineData(EndpointKind.LmStudio, "h1 h2:b! h3 -h1 *h2 -h2", "h1 h2 h3")]
    [InlineData(EndpointKind.LmStudio, "h1 h2:b! c3 -h1", "h1 c3")]
    [InlineData(EndpointKind.LmStudio, "h1 h2:b! c3 -h1 -c3", "h1 c3 h2")]
    // After the load both run.
    [InlineData(EndpointKind.LmStudio, "h1:b! h2 *h1", "h1 h2")]
    // The first request of a model that is not loaded runs alone.
    [InlineData(EndpointKind.LmStudio, "h1:b! h2:b! *h1", "h1 h2")]
    [InlineData(EndpointKind.LmStudio, "h1:b! h2:b!", "h1")]
    // mlx has one model at a time.
    [InlineData(EndpointKind.Mlx, "h1 h2:b -h1", "h1 h2")]
    [InlineData(EndpointKind.Mlx, "h1 h2:b", "h1")]
    public void No_model_is_swapped_during_a_generation(EndpointKind kind, string script, string expected) =>
        Check(kind, slots: 4, null, script, expected);

    [Fact]
    public async Task A_document_stays_with_the_slot_that_has_read_it()
    {
        using var registry = new EndpointRegistry(new FakeClock(), NullLogger.Instance, NullAuditLog.Instance);
        var scheduler = new Scheduler(registry, new FakeClock());
        var route = Route(EndpointKind.LlamaCpp, 3, null, "a", loads: false);
        var slots = new List<int?>();
        foreach (var document in (string[])["x", "y", "x", "z", "y", "x"])
        {
            slots.Add(await SlotOf(document));
        }
        Assert.Equal([0, 1, 0, 2, 1, 0], slots);
        // All slots hold documents: the slot with the oldest use is taken.
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
    public async Task A_queue_has_a_maximum_length()
    {
        using var registry = new EndpointRegistry(new FakeClock(), NullLogger.Instance, NullAuditLog.Instance);
        var scheduler = new Scheduler(registry, new FakeClock());
        var route = Route(EndpointKind.LlamaCpp, 1, null, "a", loads: false);
        using var first = await scheduler.AcquireAsync(route, RequestClass.Chat, null, CancellationToken.None);
        var waiting = Enumerable.Range(0, 256)
            .Select(_ => scheduler.AcquireAsync(route, RequestClass.Background, null, CancellationToken.None)).ToArray();
        Assert.Equal(257, scheduler.LoadOf(route));
        var failure = await Assert.ThrowsAsync<ModelServerException>(
            () => scheduler.AcquireAsync(route, RequestClass.Chat, null, CancellationToken.None));
        Assert.Equal(ModelFault.Busy, failure.Fault);
        Assert.All(waiting, one => Assert.False(one.IsCompleted));
    }

    [Fact]
    public async Task The_wait_of_a_completion_behind_a_chat_raises_an_event_at_its_start_and_end()
    {
        using var registry = new EndpointRegistry(new FakeClock(), NullLogger.Instance, NullAuditLog.Instance);
        var scheduler = new Scheduler(registry, new FakeClock());
        var raised = new List<RequestClass?>();
        scheduler.CompletionHeldUp += (_, by) => raised.Add(by);
        var route = Route(EndpointKind.LlamaCpp, 1, null, "a", loads: false);
        var chat = await scheduler.AcquireAsync(route, RequestClass.Chat, null, CancellationToken.None);
        var completion = scheduler.AcquireAsync(route, RequestClass.Completion, null, CancellationToken.None);
        Assert.Equal([RequestClass.Chat], raised);
        chat!.Dispose();
        (await completion)!.Dispose();
        Assert.Equal([RequestClass.Chat, null], raised);
    }

    private static void Check(EndpointKind kind, int? slots, int? maxParallel, string script, string expected)
    {
        var granted = new List<string>();
        var leases = new Dictionary<string, SlotLease>();
        var waiting = new Dictionary<string, Waiting>();
        var clock = new FakeClock();
        var queue = new EndpointQueue((one, slot) =>
            new SlotLease(one.Route, one.Kind, slot, TimeSpan.Zero, new FirstTokenLatency(), clock, _ => { }, _ => { }));
        foreach (var step in script.Split(' '))
        {
            var name = step.Trim('-', '~', '*', '!').Split(':')[0];
            switch (step[0])
            {
                case '-':
                    queue.Free(leases[name]);
                    break;
                case '~':
                    queue.Leave(waiting[name], new CancellationToken(canceled: true));
                    break;
                case '*':
                    leases[name].Sent();
                    leases[name].FirstToken();
                    break;
                default:
                    var model = step.Contains(':') ? step.Split(':')[1].TrimEnd('!') : "a";
                    var route = Route(kind, slots, maxParallel, model, loads: step.EndsWith('!'));
                    waiting[name] = new Waiting(route, ClassOf(step[0]), null, 0);
                    queue.Enter(waiting[name]);
                    break;
            }
            queue.StartAll();
            foreach (var (one, answer) in waiting.Where(one => one.Value.Granted.Task.IsCompleted).ToArray())
            {
                waiting.Remove(one);
                if (answer.Granted.Task.IsCompletedSuccessfully)
                {
#pragma warning disable xUnit1031 // The task has completed.
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
