using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Settings;

namespace Assistant.Routing.Scheduling;

/// <summary>
/// Whose turn it is. For each endpoint a line (<see cref="EndpointLine"/>): what waits goes by class and then by arrival, what runs is
/// interrupted by nobody, and no request makes a server swap its model under a running generation.
/// </summary>
public sealed class Scheduler
{
    private const int MostWaiting = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<EndpointSettings, EndpointLine> lines = [];
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
    /// Waits until it is the request's turn. A cancel leaves the line at once. Of completions only the newest waits: an older one gets
    /// null at once, since nobody would see its answer.
    /// </summary>
    /// <param name="document">What the prompt is made from: it stays with the slot that has read it.</param>
    /// <exception cref="ModelServerException">More wait than could be served (<see cref="ModelFault.Busy"/>).</exception>
    public async Task<SlotLease?> AcquireAsync(ModelRoute route, RequestClass kind, string? document, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var waiting = new Waiting(route, kind, document, clock.GetTimestamp());
        Change(line =>
        {
            if (line.Waiting.Count >= MostWaiting)
            {
                throw Faults.Said(route.Endpoint, ModelFault.Busy, $"{route.Endpoint.Name} has {MostWaiting} requests waiting already.");
            }
            line.Enter(waiting);
        }, route.Endpoint);
        if (waiting.Granted.Task.IsCompleted)
        {
            return await waiting.Granted.Task;
        }
        await using var leaving = token.UnsafeRegister((_, cancelled) => Change(line => line.Leave(waiting, cancelled), route.Endpoint), null);
        return await waiting.Granted.Task;
    }

    /// <summary>How many requests run or wait for the model.</summary>
    internal int LoadOf(ModelRoute route)
    {
        lock (gate)
        {
            return lines.TryGetValue(route.Endpoint, out var line) ? line.LoadOf(route.ModelId) : 0;
        }
    }

    /// <summary>Whether a request would have to wait for its turn.</summary>
    internal bool WouldWait(ModelRoute route, RequestClass kind)
    {
        lock (gate)
        {
            return lines.TryGetValue(route.Endpoint, out var line) && line.WouldWait(new Waiting(route, kind, null, 0));
        }
    }

    /// <summary>Whether the model there has read the document's prompt, and read no other's over it since.</summary>
    internal bool HasRead(ModelRoute route, string document)
    {
        lock (gate)
        {
            return lines.TryGetValue(route.Endpoint, out var line) && line.HasRead(route.ModelId, document);
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
            await QuietServer.WaitAsync(endpoints.Of(lease.Route.Endpoint), lease, rest, () => OthersRunning(lease), clock);
        }
        finally
        {
            Free(lease);
        }
    }

    private void Free(SlotLease lease) => Change(line => line.Free(lease), lease.Route.Endpoint);

    private int OthersRunning(SlotLease lease)
    {
        lock (gate)
        {
            return lines[lease.Route.Endpoint].Running.Count(other => other != lease);
        }
    }

    /// <summary>A change of the line, and then whoever may start does; others are told outside of the lock.</summary>
    private void Change(Action<EndpointLine> change, EndpointSettings endpoint)
    {
        IReadOnlyList<(ModelRoute, RequestClass?)> heldUp;
        lock (gate)
        {
            if (!lines.TryGetValue(endpoint, out var line))
            {
                lines[endpoint] = line = new EndpointLine(Lease);
            }
            change(line);
            line.StartAll();
            heldUp = line.TakeNews();
            if (line.IsIdle)
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
        endpoints.Of(waiting.Route.Endpoint).Gauge(waiting.Route.ModelId, waiting.Kind),
        clock,
        lease => Change(static _ => { }, lease.Route.Endpoint),
        Release);
}
