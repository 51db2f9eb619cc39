using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Routing.Scheduling;
using Assistant.Tests.Models;
using ModelServerSimulator;

namespace Assistant.Tests.Routing.Scheduling;

public sealed class SchedulerTests
{
    [Fact]
    public async Task One_generation_at_a_time()
    {
        await using var served = await Served.StartAsync(Served.Options("llamacpp"));
        var route = await served.UpAsync();
        var first = await AcquireAsync(served, route);
        var second = AcquireAsync(served, route);
        Assert.False(second.IsCompleted);
        first!.Dispose();
        Assert.NotNull(await second.WaitAsync(Served.Guard, TimeProvider.System));
    }

    [Fact]
    public async Task Only_the_newest_completion_waits()
    {
        await using var served = await Served.StartAsync(Served.Options("llamacpp"));
        var route = await served.UpAsync();
        using var first = await AcquireAsync(served, route);
        var older = AcquireAsync(served, route);
        var newer = AcquireAsync(served, route);
        Assert.Null(await older);
        first!.Dispose();
        Assert.NotNull(await newer.WaitAsync(Served.Guard, TimeProvider.System));
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_slot_to_the_next()
    {
        await using var served = await Served.StartAsync(Served.Options("llamacpp"));
        var route = await served.UpAsync();
        var first = await AcquireAsync(served, route);
        using var cancel = new CancellationTokenSource();
        var cancelled = AcquireAsync(served, route, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        first!.Dispose();
        Assert.True(AcquireAsync(served, route).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task After_a_cancel_in_the_prefill_the_slot_is_freed_after_the_estimated_rest()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4"), clock);
        var route = await served.UpAsync();
        served.Simulator.Options = served.Simulator.Options with { HoldPrefill = true };
        var lease = await AcquireAsync(served, route);
        await HangUpAsync(served, route, lease!);
        lease!.Dispose();
        var next = AcquireAsync(served, route);
        Assert.False(next.IsCompleted);
        // Without a measurement the estimate is one second.
        clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.NotNull(await next.WaitAsync(Served.Guard, TimeProvider.System));
    }

    [Fact]
    public async Task Llama_server_reports_the_free_slot()
    {
        await using var served = await Served.StartAsync(Served.Options("llamacpp") with { HoldPrefill = true });
        var route = await served.UpAsync();
        var lease = await AcquireAsync(served, route);
        await HangUpAsync(served, route, lease!);
        lease!.Dispose();
        var next = AcquireAsync(served, route);
        served.Simulator.Release();
        Assert.NotNull(await next.WaitAsync(Served.Guard, TimeProvider.System));
        Assert.Equal(0, served.Simulator.Log.Alive);
    }

    [Fact]
    public async Task A_failure_frees_the_slot_at_once()
    {
        await using var served = await Served.StartAsync(Served.Options("llamacpp") with { Fault = Fault.ZeroByteClose });
        var route = await served.UpAsync();
        var lease = await AcquireAsync(served, route);
        await Assert.ThrowsAsync<ModelServerException>(() => served.CompleteAsync(route, Served.Hole(route) with { Lease = lease }));
        lease!.Dispose();
        Assert.True(AcquireAsync(served, route).IsCompletedSuccessfully);
    }

    private static Task<SlotLease?> AcquireAsync(Served served, ModelRoute route, CancellationToken token = default) =>
        served.Servers.Scheduler.AcquireAsync(route, RequestClass.Completion, document: null, token);

    private static async Task HangUpAsync(Served served, ModelRoute route, SlotLease lease)
    {
        using var cancel = new CancellationTokenSource();
        var request = Served.Hole(route) with { Lease = lease };
        await using var stream = served.Stream(route, request, cancel.Token).GetAsyncEnumerator(cancel.Token);
        var move = stream.MoveNextAsync();
        await served.Simulator.Log.CompletionAsync(0);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await move);
    }
}
