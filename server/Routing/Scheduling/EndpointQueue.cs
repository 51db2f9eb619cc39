using Assistant.ModelServers;
using Assistant.Settings;

namespace Assistant.Routing.Scheduling;

/// <summary>
/// Who runs and who waits at one endpoint, and who may start. Guarded by the scheduler's lock; it knows no clock and no server, and
/// grants nothing but by <see cref="StartAll"/>.
/// </summary>
internal sealed class EndpointQueue(Func<Waiting, int?, SlotLease> lease)
{
    private readonly List<SlotLease> running = [];
    private readonly List<Waiting> waiting = [];
    private readonly Dictionary<string, SlotAffinity> memories = [];
    private readonly HashSet<string> completing = [];
    private readonly Dictionary<string, (ModelRoute Route, RequestClass By)> heldUp = [];
    private readonly List<(ModelRoute, RequestClass?)> news = [];

    /// <summary>What was hung up and keeps the server busy still counts.</summary>
    public IReadOnlyList<SlotLease> Running => running;

    /// <summary>By class, then by arrival.</summary>
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

    /// <summary>Grants whatever may start now, in the order of the queue.</summary>
    public void StartAll()
    {
        // One that waits for the endpoint to itself holds back what would keep another model running.
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
        TellHeldUp();
    }

    /// <summary>Completions that began or ceased to wait behind another class since the last call.</summary>
    public IReadOnlyList<(ModelRoute Route, RequestClass? By)> TakeNews()
    {
        (ModelRoute, RequestClass?)[] taken = [.. news];
        news.Clear();
        return taken;
    }

    /// <summary>How many requests a model answers side by side.</summary>
    internal static int SlotsOf(ModelRoute route) =>
        // A server that says nothing is taken for one that answers one by one; a service on the net is not.
        Math.Max(1, Math.Min(route.Slots ?? route.Endpoint.MaxParallel ?? (route.LeavesMachine ? 4 : 1), route.Endpoint.MaxParallel ?? int.MaxValue));

    private void Start(Waiting one)
    {
        waiting.Remove(one);
        var slots = SlotsOf(one.Route);
        int? slot = null;
        // Only llama-server lets a request name its slot.
        if (one.Route.Kind == EndpointKind.LlamaCpp && one.Route.Slots is > 1 && slots == one.Route.Slots)
        {
            slot = Memory(one.Model, slots).Choose(one.Document, [.. running.Where(other => other.Route.ModelId == one.Model).Select(other => other.Slot)]);
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
        // First requests side by side would load a model twice (LM Studio).
        if (one.Route.Loads && side.Length > 0 && !side.Any(other => other.SawToken))
        {
            return false;
        }
        if (one.Kind == RequestClass.Completion)
        {
            // Completions side by side push each other's prompts out, whatever slots there are.
            return !side.Any(other => other.Kind == RequestClass.Completion);
        }
        // One slot is kept free of long answers where completions are wanted.
        var kept = slots > 1 && completing.Contains(one.Model) ? 1 : 0;
        return side.Count(other => other.Kind != RequestClass.Completion) < slots - kept;
    }

    /// <summary>Whether one of two models at an endpoint could push the other out.</summary>
    private bool WouldSwap(Waiting one, SlotLease other) =>
        // mlx holds one model: any other name replaces it.
        one.Route.Kind == EndpointKind.Mlx
        || (other.Route.Loads && !other.SawToken)
        || (one.Route.Loads && !running.Any(same => same.Route.ModelId == one.Model && same.SawToken));

    private void TellHeldUp()
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
                news.Add((one.Route, kind));
            }
            else if (by is null && heldUp.Remove(model, out var before))
            {
                news.Add((before.Route, null));
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

/// <param name="Since">Timestamp of the clock.</param>
internal sealed record Waiting(ModelRoute Route, RequestClass Kind, string? Document, long Since)
{
    public string Model => Route.ModelId;

    // Continuations run elsewhere: they must not run inside the scheduler's lock.
    public TaskCompletionSource<SlotLease?> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
