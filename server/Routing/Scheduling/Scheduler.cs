using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Settings;

namespace Assistant.Routing.Scheduling;

/// <summary>
/// Grants the permission to send requests. Each endpoint has a queue (<see cref="EndpointQueue"/>), ordered by class and then by arrival.
/// No request interrupts a running one, or makes a server swap its model during a generation.
/// </summary>
public sealed class Scheduler
{
    private const int MaxWaiting = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<EndpointSettings, EndpointQueue> queues = [];
    private readonly EndpointRegistry endpoints;
    private readonly TimeProvider clock;

    internal Scheduler(EndpointRegistry endpoints, TimeProvider clock)
    {
        this.endpoints = endpoints;
        this.clock = clock;
    }

    /// <summary>A completion waits behind the given class of requests, or waits no longer (null). Raised on any thread.</summary>
    internal event Action<ModelRoute, RequestClass?>? CompletionHeldUp;

    /// <summary>The endpoint has no running or waiting request. Raised inside the lock, so that no request begins meanwhile.</summary>
    internal event Action<EndpointSettings>? Idle;

    /// <summary>
    /// Waits until the request may be sent. A cancel removes it from the queue at once. A newer completion replaces a waiting one, which
    /// gets null at once, since its answer would be out of date.
    /// </summary>
    /// <param name="document">The source of the prompt; the scheduler prefers the slot whose cache holds it.</param>
    /// <exception cref="ModelServerException">The endpoint's queue is full (<see cref="ModelFault.Busy"/>).</exception>
    public async Task<SlotLease?> AcquireAsync(ModelRoute route, RequestClass kind, string? document, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var waiting = new Waiting(route, kind, document, clock.GetTimestamp());
        Change(queue =>
        {
            if (queue.Waiting.Count >= MaxWaiting)
            {
                throw ModelServerErrors.Of(
                    route.Endpoint, ModelFault.Busy, $"{route.Endpoint.Name} has {MaxWaiting} requests waiting already.");
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

    /// <summary>The number of running and waiting requests of the model.</summary>
    internal int LoadOf(ModelRoute route)
    {
        lock (gate)
        {
            return queues.TryGetValue(route.Endpoint, out var queue) ? queue.LoadOf(route.ModelId) : 0;
        }
    }

    /// <summary>Whether a request would have to wait.</summary>
    internal bool WouldWait(ModelRoute route, RequestClass kind)
    {
        lock (gate)
        {
            return queues.TryGetValue(route.Endpoint, out var queue) && queue.WouldWait(new Waiting(route, kind, null, 0));
        }
    }

    /// <summary>Whether a slot of the model still holds the document's prompt.</summary>
    internal bool HasRead(ModelRoute route, string document)
    {
        lock (gate)
        {
            return queues.TryGetValue(route.Endpoint, out var queue) && queue.HasRead(route.ModelId, document);
        }
    }

    /// <summary>Raises <see cref="Idle"/> if the endpoint is idle.</summary>
    internal void CheckIdle(EndpointSettings endpoint) => Change(static _ => { }, endpoint);

    private void Release(SlotLease lease)
    {
        if (lease.EstimatedRest() is { } rest)
        {
            _ = FreeWhenDrainedAsync(lease, rest);
        }
        else
        {
            Free(lease);
        }
    }

    private async Task FreeWhenDrainedAsync(SlotLease lease, TimeSpan rest)
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

    /// <summary>
    /// Changes the queue and starts the requests that may run. <see cref="CompletionHeldUp"/> is raised outside the lock.
    /// </summary>
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
            heldUp = queue.TakeHeldUpChanges();
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
