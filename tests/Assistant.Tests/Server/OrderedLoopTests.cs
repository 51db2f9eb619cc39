using System.Collections.Immutable;
using Assistant.Server;
using Assistant.Tests.Lsp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Server;

/// <summary>The ordering law of the loop. The state is the list of edits applied so far.</summary>
public sealed class OrderedLoopTests : IAsyncLifetime
{
    private readonly OrderedLoop<ImmutableList<string>> loop = new([], NullLogger.Instance, CancellationToken.None);
    private Task running = Task.CompletedTask;

    public ValueTask InitializeAsync()
    {
        running = Task.Run(loop.RunAsync);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        loop.Complete();
        await Guarded(running);
    }

    [Fact]
    public async Task Mutations_do_not_overlap_and_keep_their_order()
    {
        var inside = 0;
        var most = 0;
        for (var number = 0; number < 1000; number++)
        {
            var edit = number.ToString();
            await loop.MutateAsync(state =>
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                var next = state.Add(edit);
                Interlocked.Decrement(ref inside);
                return next;
            });
        }
        Assert.Equal(Enumerable.Range(0, 1000).Select(number => number.ToString()), await Snapshot());
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_read_sees_exactly_the_edits_before_it()
    {
        var seen = new List<Task<ImmutableList<string>>>();
        for (var number = 0; number < 100; number++)
        {
            seen.Add(Snapshot());
            await Edit(number.ToString());
        }
        for (var number = 0; number < 100; number++)
        {
            Assert.Equal(number, (await seen[number]).Count);
        }
    }

    [Fact]
    public async Task Reads_overlap()
    {
        var first = new TaskCompletionSource();
        var second = new TaskCompletionSource();
        var ended = Task.WhenAll(
            Read(async _ => { first.SetResult(); await second.Task; }),
            Read(async _ => { second.SetResult(); await first.Task; }));
        await Guarded(ended);
    }

    [Fact]
    public async Task A_mutation_does_not_wait_for_reads()
    {
        var release = new TaskCompletionSource();
        var read = Read(_ => release.Task);
        await Edit("while the read runs");
        Assert.Equal(["while the read runs"], await Snapshot());
        Assert.False(read.IsCompleted);
        release.SetResult();
        await Guarded(read);
    }

    [Fact]
    public async Task A_read_keeps_its_snapshot_while_edits_go_on()
    {
        var release = new TaskCompletionSource();
        ImmutableList<string>? seen = null;
        await Edit("before");
        var read = Read(async state =>
        {
            await release.Task;
            seen = state;
        });
        await Edit("after");
        Assert.Equal(["before", "after"], await Snapshot());
        release.SetResult();
        await Guarded(read);
        Assert.Equal(["before"], seen);
    }

    [Fact]
    public async Task A_failing_read_leaves_the_queue_alive()
    {
        await loop.ReadAsync(_ => throw new InvalidOperationException("at once"));
        await loop.ReadAsync(async _ =>
        {
            await Task.Yield();
            throw new InvalidOperationException("later");
        });
        await Edit("still here");
        Assert.Equal(["still here"], await Snapshot());
    }

    [Fact]
    public async Task A_failing_mutation_ends_the_loop()
    {
        var broken = new OrderedLoop<string>("", NullLogger.Instance, CancellationToken.None);
        var ends = Task.Run(broken.RunAsync);
        await broken.MutateAsync(_ => throw new InvalidOperationException("bug"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Guarded(ends));
        Assert.False(await broken.MutateAsync(state => state));
        Assert.False(await broken.ReadAsync(_ => Task.CompletedTask));
        Assert.Null(await Guarded(broken.SnapshotAsync()));
    }

    [Fact]
    public async Task A_snapshot_behind_a_failing_mutation_does_not_wait_for_ever()
    {
        var broken = new OrderedLoop<string>("", NullLogger.Instance, CancellationToken.None);
        await broken.MutateAsync(_ => throw new InvalidOperationException("bug"));
        var snapshot = broken.SnapshotAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Guarded(Task.Run(broken.RunAsync)));
        Assert.Null(await Guarded(snapshot));
    }

    [Fact]
    public async Task Work_that_is_queued_before_the_end_is_done()
    {
        var gate = new TaskCompletionSource();
        var read = Read(_ => gate.Task);
        await Edit("last");
        loop.Complete();
        Assert.False(await loop.MutateAsync(state => state.Add("too late")));
        await Guarded(running);
        Assert.Equal(["last"], loop.Current);
        var reads = loop.WhenReadsEndedAsync();
        Assert.False(reads.IsCompleted);
        gate.SetResult();
        await Guarded(reads);
        await Guarded(read);
    }

    [Fact]
    public async Task A_full_queue_lets_the_sender_wait()
    {
        var enter = new TaskCompletionSource();
        using var leave = new ManualResetEventSlim();
        await loop.MutateAsync(state =>
        {
            enter.SetResult();
            leave.Wait(TestClient.Guard);
            return state;
        });
        await Guarded(enter.Task);
        var queued = 0;
        ValueTask<bool> last;
        while ((last = loop.MutateAsync(state => state.Add("x"))).IsCompleted)
        {
            queued++;
        }
        leave.Set();
        Assert.True(await last);
        Assert.Equal(1024, queued);
        Assert.Equal(1025, (await Snapshot()).Count);
    }

    [Fact]
    public async Task A_snapshot_is_the_state_at_its_place()
    {
        await Edit("a");
        var snapshot = loop.SnapshotAsync();
        await Edit("b");
        Assert.Equal(["a"], await Guarded(snapshot));
    }

    private async Task Edit(string edit) => Assert.True(await loop.MutateAsync(state => state.Add(edit)));

    private Task<ImmutableList<string>> Snapshot()
    {
        var snapshot = new TaskCompletionSource<ImmutableList<string>>();
        _ = loop.ReadAsync(state =>
        {
            snapshot.SetResult(state);
            return Task.CompletedTask;
        }).AsTask();
        return Guarded(snapshot.Task);
    }

    /// <summary>Queues a read; the task ends with it.</summary>
    private Task Read(Func<ImmutableList<string>, Task> read)
    {
        var ended = new TaskCompletionSource();
        _ = loop.ReadAsync(async state =>
        {
            await read(state);
            ended.SetResult();
        }).AsTask();
        return ended.Task;
    }

    private static Task Guarded(Task task) => task.WaitAsync(TestClient.Guard, TimeProvider.System);

    private static Task<T> Guarded<T>(Task<T> task) => task.WaitAsync(TestClient.Guard, TimeProvider.System);
}
