using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Settings;

namespace Assistant.Routing.Scheduling;

/// <summary>
/// Whose turn it is. For each endpoint a queue (<see cref="EndpointQueue"/>): what waits goes by class and then by arrival, what runs is
/// interrupted by nobody, and no request makes a server swap its model under a running generation.
/// </summary>
public sealed class Scheduler
{
    private const int MostWaiting = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<EndpointSettings, EndpointQueue> queues = [];
    private readonly EndpointRegistry endpoints;
    private readonly TimeProvider clock;

    internal Scheduler(EndpointRegistry endpoints, TimeProvider clock)
    {
        this.endpoints = endpoints;
        this.clock = clock;
    }

    /// <summary>A completion waits behind another class of requests (given), or waits no longer (null). Raised on any thread.</summary>
    internal event Action<ModelRoute, RequestClass?>? CompletionHeldUp;

    /// <summary>Nothing runs or waits at the endpoint. Raised within the lock, so that nothing begins there meanwhile.</summary>
    internal event Action<EndpointSettings>? Idle;

    /// <summary>
    /// Waits until it is the request's turn. A cancel leaves the queue at once. Of completions only the newest waits: an older one gets
    /// null at once, since nobody would see its answer.
    /// </summary>
    /// <param name="document">The source of the prompt: it stays with the slot that has read it.</param>
    /// <exception cref="ModelServerException">More wait than could be served (<see cref="ModelFault.Busy"/>).</exception>
    public async Task<SlotLease?> AcquireAsync(ModelRoute route, RequestClass kind, string? document, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var waiting = new Waiting(route, kind, document, clock.GetTimestamp());
        Change(queue =>
        {
            if (queue.Waiting.Count >= MostWaiting)
            {
                throw ModelServerErrors.Of(
                    route.Endpoint, ModelFault.Busy, $"{route.Endpoint.Name} has {MostWaiting} requests waiting already.");
            }
            queue.Enter(waiting);
        }, route.Endpoint);
        if (waiting.Granted.Task.IsCompleted)
        {
            return await waiting.Granted.Task;
        }
        await using var leaving = token.UnsafeRegister(
            (_, cancelled) => Change(queue => queue.Leave(waiting, cancelled), route.Endpoint), null);
        return await waiting.Granted.Task;
    }

    /// <summary>How many requests run or wait for the model.</summary>
    internal int LoadOf(ModelRoute route)
    {
        lock (gate)
        {
            return queues.TryGetValue(route.Endpoint, out var queue) ? queue.LoadOf(route.ModelId) : 0;
        }
    }

    /// <summary>Whether a request would have to wait for its turn.</summary>
    internal bool WouldWait(ModelRoute route, RequestClass kind)
    {
        lock (gate)
        {
            return queues.TryGetValue(route.Endpoint, out var queue) && queue.WouldWait(new Waiting(route, kind, null, 0));
        }
    }

    /// <summary>Whether the model there has read the document's prompt, and read no other's over it since.</summary>
    internal bool HasRead(ModelRoute route, string document)
    {
        lock (gate)
        {
            return queues.TryGetValue(route.Endpoint, out var queue) && queue.HasRead(route.ModelId, document);
        }
    }

    /// <summary>Raises <see cref="Idle"/> if it is so.</summary>
    internal void CheckIdle(EndpointSettings endpoint) => Change(static _ => { }, endpoint);

    private void Release(SlotLease lease)
    {
        if (lease.EstimatedRest() is { } rest)
        {
            _ = FreeWhenQuietAsync(lease, rest);
        }
        else
        {
            Free(lease);
        }
    }

    private async Task FreeWhenQuietAsync(SlotLease lease, TimeSpan rest)
    {
        try
        {
            await SlotDrain.WaitAsync(endpoints.Of(lease.Route.Endpoint), lease, rest, () => OthersRunning(lease), clock);
        }
        finally
        {
            Free(lease);
        }
    }

    private void Free(SlotLease lease) => Change(queue => queue.Free(lease), lease.Route.Endpoint);

    private int OthersRunning(SlotLease lease)
    {
        lock (gate)
        {
            return queues[lease.Route.Endpoint].Running.Count(other => other != lease);
        }
    }

    /// <summary>A change of the queue, and then whoever may start does; others are told outside of the lock.</summary>
    private void Change(Action<EndpointQueue> change, EndpointSettings endpoint)
    {
        IReadOnlyList<(ModelRoute, RequestClass?)> heldUp;
        lock (gate)
        {
            if (!queues.TryGetValue(endpoint, out var queue))
            {
                queues[endpoint] = queue = new EndpointQueue(Lease);
            }
            change(queue);
            queue.StartAll();
            heldUp = queue.TakeNews();
            if (queue.IsIdle)
            {
                Idle?.Invoke(endpoint);
            }
        }
        foreach (var (route, by) in heldUp)
        {
            CompletionHeldUp?.Invoke(route, by);
        }
    }

    private SlotLease Lease(Waiting waiting, int? slot) => new(
        waiting.Route,
        waiting.Kind,
        slot,
        clock.GetElapsedTime(waiting.Since),
        endpoints.Of(waiting.Route.Endpoint).LatencyOf(waiting.Route.ModelId, waiting.Kind),
        clock,
        lease => Change(static _ => { }, lease.Route.Endpoint),
        Release);
}
