using System.Collections.Immutable;
using Assistant.Server;
using Assistant.Tests.Lsp;

namespace Assistant.Tests.Server;

/// <summary>Effects behind the loop. The state is the list of edits; each effect records the transitions that it gets.</summary>
public sealed class EffectQueueTests : IAsyncDisposable
{
    private readonly TestLog log = new();
    private readonly CancellationTokenSource ending = new();
    private readonly List<string> seen = [];
    private readonly OrderedLoop<ImmutableList<string>> loop;
    private Task running = Task.CompletedTask;

    public EffectQueueTests() => loop = new([], log, ending.Token);

    public async ValueTask DisposeAsync()
    {
        loop.Complete();
        await Guarded(running);
        await Guarded(loop.EffectsRan);
        ending.Dispose();
    }

    [Fact]
    public async Task Effects_get_each_new_state_in_order_and_run_in_the_order_of_the_list()
    {
        Start(Writes("a", EffectTiming.BeforeReads), Writes("b", EffectTiming.Afterwards), Writes("c", EffectTiming.Afterwards));
        for (var number = 0; number < 100; number++)
        {
            await loop.MutateAsync(state => state.Add("x"));
            await loop.MutateAsync(state => state);
        }
        await EffectsRanAsync();
        foreach (var effect in "abc")
        {
            var steps = Enumerable.Range(0, 100).Select(number => $"{effect} {number}->{number + 1}");
            Assert.Equal(steps, seen.Where(line => line[0] == effect));
        }
        foreach (var step in Enumerable.Range(0, 100).Select(number => $"{number}->{number + 1}"))
        {
            Assert.Equal([$"a {step}", $"b {step}", $"c {step}"], seen.Where(line => line.EndsWith($" {step}", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData(EffectTiming.BeforeReads)]
    [InlineData(EffectTiming.Afterwards)]
    public async Task An_effect_that_throws_is_logged_and_costs_no_other_effect_its_turn(EffectTiming timing)
    {
        Start(
            new("fail at once", timing, (_, _) => throw new InvalidOperationException("bug one")),
            new("fail later", timing, async (_, _) =>
            {
                await Task.Yield();
                throw new InvalidOperationException("bug two");
            }),
            Writes("after", EffectTiming.Afterwards));
        await Edit();
        await Edit();
        Assert.Equal(2, (await SnapshotInReadAsync()).Count);
        await EffectsRanAsync();
        Assert.Equal(["after 0->1", "after 1->2"], seen);
        Assert.Equal(2, log.Lines.Count(line => line.Contains("The effect \"fail at once\" failed") && line.Contains("bug one")));
        await WhenLoggedAsync("The effect \"fail later\" failed");
    }

    [Fact]
    public async Task An_effect_that_throws_after_the_end_of_the_server_is_not_logged()
    {
        Start(new Effect<ImmutableList<string>>(
            "use a closed part", EffectTiming.Afterwards, (_, _) => throw new ObjectDisposedException("part")));
        await ending.CancelAsync();
        await Edit();
        await EffectsRanAsync();
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_slow_effect_delays_neither_mutations_nor_reads_nor_effects_before_reads()
    {
        using var leave = new ManualResetEventSlim();
        Start(
            Writes("prompt", EffectTiming.BeforeReads),
            new("be slow", EffectTiming.Afterwards, (_, _) => leave.Wait(TestClient.Guard)),
            Writes("late", EffectTiming.Afterwards));
        for (var number = 0; number < 10; number++)
        {
            await Edit();
        }
        Assert.Equal(10, (await SnapshotInReadAsync()).Count);
        lock (seen)
        {
            Assert.Equal(10, seen.Count(line => line.StartsWith("prompt", StringComparison.Ordinal)));
            Assert.DoesNotContain(seen, line => line.StartsWith("late", StringComparison.Ordinal));
        }
        leave.Set();
        await EffectsRanAsync();
        Assert.Equal(10, seen.Count(line => line.StartsWith("late", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_task_that_an_effect_starts_delays_nothing()
    {
        var never = new TaskCompletionSource();
        Start(new("wait for the network", EffectTiming.BeforeReads, (_, _) => never.Task), Writes("after", EffectTiming.Afterwards));
        await Edit();
        Assert.Single(await SnapshotInReadAsync());
        await EffectsRanAsync();
        Assert.Equal(["after 0->1"], seen);
        // Failures at the end of the server are not logged.
        await ending.CancelAsync();
        never.SetException(new ObjectDisposedException("connection"));
        await EffectsRanAsync();
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_read_starts_when_the_effects_before_reads_have_run_and_mutations_do_not_wait()
    {
        using var leave = new ManualResetEventSlim();
        var ran = false;
        Start(new Effect<ImmutableList<string>>("be slow", EffectTiming.BeforeReads, (_, _) =>
        {
            leave.Wait(TestClient.Guard);
            ran = true;
        }));
        await Edit();
        var read = SnapshotInReadAsync(() => Assert.True(ran));
        await Edit();
        Assert.Equal(2, (await Guarded(loop.SnapshotAsync()))!.Count);
        var ended = loop.WhenReadsEndedAsync();
        Assert.False(read.IsCompleted);
        Assert.False(ended.IsCompleted);
        leave.Set();
        Assert.Single(await read);
        await Guarded(ended);
    }

    [Fact]
    public async Task A_fault_without_a_new_state_reaches_the_effects()
    {
        Start(new Effect<ImmutableList<string>>("see the fault", EffectTiming.Afterwards, (step, _) =>
        {
            Assert.Same(step.Before, step.After);
            seen.Add(step.Fault!.Message);
            return Task.CompletedTask;
        }));
        await loop.MutateAsync(state => new(state, new ClientFault("test", "It does not fit.", null)));
        await EffectsRanAsync();
        Assert.Equal(["It does not fit."], seen);
    }

    [Fact]
    public void A_list_that_is_not_in_the_order_of_running_is_refused() => Assert.Throws<ArgumentException>(
        () => loop.Effects = [Writes("a", EffectTiming.Afterwards), Writes("b", EffectTiming.BeforeReads)]);

    private void Start(params Effect<ImmutableList<string>>[] effects)
    {
        loop.Effects = effects;
        running = Task.Run(loop.RunAsync);
    }

    private Effect<ImmutableList<string>> Writes(string name, EffectTiming timing) => new(name, timing, (before, after) =>
    {
        lock (seen)
        {
            seen.Add($"{name} {before.Count}->{after.Count}");
        }
    });

    private async Task Edit() => Assert.True(await loop.MutateAsync(state => state.Add("x")));

    private Task<ImmutableList<string>> SnapshotInReadAsync(Action? check = null)
    {
        var snapshot = new TaskCompletionSource<ImmutableList<string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = loop.ReadAsync(state =>
        {
            try
            {
                check?.Invoke();
                snapshot.SetResult(state);
            }
            catch (Exception failure)
            {
                snapshot.SetException(failure);
            }
            return Task.CompletedTask;
        }).AsTask();
        return Guarded(snapshot.Task);
    }

    private async Task EffectsRanAsync()
    {
        await Guarded(loop.SnapshotAsync());
        await Guarded(loop.EffectsRan);
    }

    private async Task WhenLoggedAsync(string text)
    {
        // The log has no event: yielding lets the effect's task come to its end.
        while (!log.Lines.Any(line => line.Contains(text)))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static Task Guarded(Task task) => task.WaitAsync(TestClient.Guard, TimeProvider.System);

    private static Task<T> Guarded<T>(Task<T> task) => task.WaitAsync(TestClient.Guard, TimeProvider.System);
}
