namespace ModelServerSimulator;

/// <summary>A place in the engine that remembers the tokens it worked on last.</summary>
internal sealed class Slot(SimulatedModel model)
{
    private List<string> tokens = [];

    public SimulatedModel Model => model;

    public bool Busy { get; set; }

    public long LastUsed { get; set; }

    /// <summary>Tokens that a prompt has in common with what is remembered, from the start.</summary>
    public int Common(IReadOnlyList<string> prompt)
    {
        var common = 0;
        while (common < prompt.Count && common < tokens.Count && prompt[common] == tokens[common])
        {
            common++;
        }
        return common;
    }

    public void Keep(IReadOnlyList<string> prompt, int count) => tokens = [.. prompt.Take(count)];

    public void Append(string token) => tokens.Add(token);
}

/// <summary>The slots of all models; requests beyond their number wait in the order of their arrival.</summary>
internal sealed class Slots
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Slot>> byModel = [];
    private readonly List<(string Model, IReadOnlyList<string> Prompt, TaskCompletionSource<Slot> Turn)> queue = [];
    private long uses;

    public IReadOnlyList<bool> Busy(SimulatedModel model)
    {
        lock (gate)
        {
            return [.. Of(model).Select(slot => slot.Busy)];
        }
    }

    public async Task<Slot> TakeAsync(SimulatedModel model, IReadOnlyList<string> prompt, CancellationToken token)
    {
        TaskCompletionSource<Slot> turn;
        lock (gate)
        {
            if (Free(Of(model), prompt) is { } free)
            {
                return free;
            }
            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            queue.Add((model.Id, prompt, turn));
        }
        // Registered outside the lock: a token that is cancelled already runs the callback here.
        await using var registration = token.Register(() =>
        {
            lock (gate)
            {
                queue.RemoveAll(waiting => waiting.Turn == turn);
                turn.TrySetCanceled(token);
            }
        });
        return await turn.Task;
    }

    public void Give(Slot? slot)
    {
        if (slot is null)
        {
            return;
        }
        lock (gate)
        {
            slot.Busy = false;
            var next = queue.FindIndex(waiting => waiting.Model == slot.Model.Id);
            if (next >= 0)
            {
                var (_, prompt, turn) = queue[next];
                queue.RemoveAt(next);
                turn.SetResult(Free([slot], prompt)!);
            }
        }
    }

    /// <summary>The free slot that knows most of the prompt, else the one that was not used for longest.</summary>
    private Slot? Free(List<Slot> slots, IReadOnlyList<string> prompt)
    {
        var slot = slots.Where(slot => !slot.Busy).OrderByDescending(slot => slot.Common(prompt))
            .ThenBy(slot => slot.LastUsed).FirstOrDefault();
        if (slot is not null)
        {
            (slot.Busy, slot.LastUsed) = (true, ++uses);
        }
        return slot;
    }

    private List<Slot> Of(SimulatedModel model)
    {
        if (!byModel.TryGetValue(model.Id, out var slots))
        {
            byModel[model.Id] = slots = [.. Enumerable.Range(0, Math.Max(1, model.Slots)).Select(_ => new Slot(model))];
        }
        return slots;
    }
}
