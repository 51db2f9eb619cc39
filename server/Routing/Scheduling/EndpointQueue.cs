using Assistant.ModelServers;
using Assistant.Settings;

namespace Assistant.Routing.Scheduling;

/// <summary>
/// The running and waiting requests of one endpoint, and the rule which of them may start. The scheduler's lock guards it. It uses no clock
/// and no server, and only <see cref="StartAll"/> grants requests.
/// </summary>
internal sealed class EndpointQueue(Func<Waiting, int?, SlotLease> lease)
{
    private readonly List<SlotLease> running = [];
    private readonly List<Waiting> waiting = [];
    private readonly Dictionary<string, SlotAffinity> memories = [];
    private readonly HashSet<string> completing = [];
    private readonly Dictionary<string, (ModelRoute Route, RequestClass By)> heldUp = [];
    private readonly List<(ModelRoute, RequestClass?)> heldUpChanges = [];

    /// <summary>The granted requests, including abandoned ones that still keep the server busy.</summary>
    public IReadOnlyList<SlotLease> Running => running;

    /// <summary>The waiting requests, by class and then by arrival.</summary>
    public IReadOnlyList<Waiting> Waiting => waiting;

    public bool IsIdle => running.Count == 0 && waiting.Count == 0;

    public void Enter(Waiting one)
    {
        if (one.Kind == RequestClass.Completion)
        {
            completing.Add(one.Model);
            if (waiting.Find(other => other.Kind == RequestClass.Completion && other.Model == one.Model) is { } older)
            {
                waiting.Remove(older);
                older.Granted.TrySetResult(null);
            }
        }
        var at = waiting.FindIndex(other => other.Kind > one.Kind);
        waiting.Insert(at < 0 ? waiting.Count : at, one);
    }

    public void Leave(Waiting one, CancellationToken cancelled)
    {
        waiting.Remove(one);
        one.Granted.TrySetCanceled(cancelled);
    }

    public void Free(SlotLease ended) => running.Remove(ended);

    public int LoadOf(string model) => running.Count(one => one.Route.ModelId == model) + waiting.Count(one => one.Model == model);

    public bool HasRead(string model, string document) => memories.TryGetValue(model, out var memory) && memory.Holds(document);

    public bool WouldWait(Waiting one) => waiting.Count > 0 || IsBlocked(one) || !HasRoom(one);

    /// <summary>Grants all requests that may start now, in the order of the queue.</summary>
    public void StartAll()
    {
        // A request that waits until other models are idle holds back later requests of those models.
        string? wanted = null;
        foreach (var one in waiting.ToArray())
        {
            if (wanted is not null && wanted != one.Model)
            {
                continue;
            }
            if (IsBlocked(one))
            {
                wanted = one.Model;
            }
            else if (HasRoom(one))
            {
                Start(one);
            }
        }
        RecordHeldUp();
    }

    /// <summary>Completions that began or ceased to wait behind another class since the last call.</summary>
    public IReadOnlyList<(ModelRoute Route, RequestClass? By)> TakeHeldUpChanges()
    {
        (ModelRoute, RequestClass?)[] taken = [.. heldUpChanges];
        heldUpChanges.Clear();
        return taken;
    }

    /// <summary>The number of requests that a model answers in parallel.</summary>
    internal static int SlotsOf(ModelRoute route)
    {
        var max = route.Endpoint.MaxParallel;
        // A local server that does not report its slots is assumed to have one, a cloud service four.
        return Math.Max(1, Math.Min(route.Slots ?? max ?? (route.LeavesMachine ? 4 : 1), max ?? int.MaxValue));
    }

    private void Start(Waiting one)
    {
        waiting.Remove(one);
        var slots = SlotsOf(one.Route);
        int? slot = null;
        // Only llama-server lets a request choose its slot.
        if (one.Route.Kind == EndpointKind.LlamaCpp && one.Route.Slots is > 1 && slots == one.Route.Slots)
        {
            int?[] taken = [.. running.Where(other => other.Route.ModelId == one.Model).Select(other => other.Slot)];
            slot = Memory(one.Model, slots).Choose(one.Document, taken);
        }
        else
        {
            Memory(one.Model, slots).Note(one.Document);
        }
        var granted = lease(one, slot);
        running.Add(granted);
        one.Granted.SetResult(granted);
    }

    private bool IsBlocked(Waiting one) => running.Any(other => other.Route.ModelId != one.Model && WouldSwap(one, other));

    private bool HasRoom(Waiting one)
    {
        var slots = SlotsOf(one.Route);
        var side = running.Where(other => other.Route.ModelId == one.Model).ToArray();
        if (side.Length >= slots)
        {
            return false;
        }
        // Two first requests in parallel would load a model twice (LM Studio).
        if (one.Route.Loads && side.Length > 0 && !side.Any(other => other.SawToken))
        {
            return false;
        }
        if (one.Kind == RequestClass.Completion)
        {
            // Parallel completions evict each other's prompts from the cache, whatever the number of slots.
            return !side.Any(other => other.Kind == RequestClass.Completion);
        }
        // A model that serves completions keeps one slot free of long answers.
        var kept = slots > 1 && completing.Contains(one.Model) ? 1 : 0;
        return side.Count(other => other.Kind != RequestClass.Completion) < slots - kept;
    }

    /// <summary>Whether the request could make the server unload the model of a running one, or the reverse.</summary>
    private bool WouldSwap(Waiting one, SlotLease other) =>
        // mlx holds one model: a request with another name replaces it.
        one.Route.Kind == EndpointKind.Mlx
        || (other.Route.Loads && !other.SawToken)
        || (one.Route.Loads && !running.Any(same => same.Route.ModelId == one.Model && same.SawToken));

    private void RecordHeldUp()
    {
        foreach (var model in completing)
        {
            var one = waiting.Find(one => one.Kind == RequestClass.Completion && one.Model == model);
            RequestClass? by = one is null ? null : running
                .Where(other => other.Kind != RequestClass.Completion)
                .Select(other => (RequestClass?)other.Kind).FirstOrDefault();
            if (by is { } kind && !heldUp.ContainsKey(model))
            {
                heldUp[model] = (one!.Route, kind);
                heldUpChanges.Add((one.Route, kind));
            }
            else if (by is null && heldUp.Remove(model, out var before))
            {
                heldUpChanges.Add((before.Route, null));
            }
        }
    }

    private SlotAffinity Memory(string model, int slots)
    {
        if (!memories.TryGetValue(model, out var memory) || memory.Slots != slots)
        {
            memories[model] = memory = new SlotAffinity(slots);
        }
        return memory;
    }
}

/// <summary>A waiting request.</summary>
/// <param name="Since">The clock's timestamp at its arrival.</param>
internal sealed record Waiting(ModelRoute Route, RequestClass Kind, string? Document, long Since)
{
    public string Model => Route.ModelId;

    // Asynchronous, since a continuation must not run inside the scheduler's lock.
    public TaskCompletionSource<SlotLease?> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
