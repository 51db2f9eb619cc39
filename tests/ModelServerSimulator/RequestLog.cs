namespace ModelServerSimulator;

/// <summary>Everything that was asked and what became of it. Thread-safe; a test waits for events, never for time.</summary>
public sealed class RequestLog
{
    /// <summary>A wait that takes longer has failed; only a guard against tests that hang.</summary>
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly List<LoggedRequest> requests = [];
    private TaskCompletionSource changed = New();

    /// <summary>All requests in the order of their arrival.</summary>
    public IReadOnlyList<LoggedRequest> All
    {
        get { lock (gate) { return [.. requests]; } }
    }

    /// <summary>Those for completions or chat, in the order of their arrival.</summary>
    public IReadOnlyList<LoggedRequest> Completions => [.. All.Where(request => request.IsCompletion)];

    /// <summary>What the requests hold that no request to this kind of server may hold.</summary>
    public IReadOnlyList<string> Breaches(string profile) =>
        [.. All.SelectMany(request => RequestRules.Breaches(request, profile)).Distinct()];

    /// <summary>Generations that hold a slot now: their prompt is read or their tokens are written.</summary>
    public int Alive { get; private set; }

    public int MostAlive { get; private set; }

    /// <summary>Generations that wait for a slot or for another prompt's prefill now.</summary>
    public int Waiting { get; private set; }

    public int MostWaiting { get; private set; }

    /// <summary>Completion requests whose connection is open and that are not answered yet.</summary>
    public int Open { get; private set; }

    public int MostOpen { get; private set; }

    /// <summary>Generations that ran to their end, heard or unheard.</summary>
    public int Completed => Completions.Count(request => request.FinishReason is not null);

    /// <summary>Generations that ran to their end although the client had hung up before.</summary>
    public int CompletedUnseen => Completions.Count(request => request is { FinishReason: not null, PeerClosedFirst: true });

    /// <summary>The completion request with this number (0 is the first), as soon as it has arrived.</summary>
    public Task<LoggedRequest> CompletionAsync(int index, CancellationToken token = default) => CompletionAsync(index, Guard, token);

    /// <summary>Waits until the condition holds, which is looked at after every change.</summary>
    public Task WhenAsync(Func<bool> condition, CancellationToken token = default) => WhenAsync(condition, Guard, token);

    internal async Task<LoggedRequest> CompletionAsync(int index, TimeSpan guard, CancellationToken token)
    {
        await WhenAsync(() => Completions.Count > index, guard, token);
        return Completions[index];
    }

    internal async Task WhenAsync(Func<bool> condition, TimeSpan guard, CancellationToken token)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                change = changed.Task;
            }
            if (condition())
            {
                return;
            }
            await change.WaitAsync(guard, TimeProvider.System, token);
        }
    }

    internal void Add(LoggedRequest request) => Change(() =>
    {
        requests.Add(request);
        if (request.IsCompletion)
        {
            MostOpen = Math.Max(MostOpen, ++Open);
        }
    });

    internal void Left(LoggedRequest request) => Change(() => Open -= request.IsCompletion ? 1 : 0);

    internal void Waits(int by) => Change(() => MostWaiting = Math.Max(MostWaiting, Waiting += by));

    internal void Lives(int by) => Change(() => MostAlive = Math.Max(MostAlive, Alive += by));

    /// <summary>Every change of the log or of one of its requests goes through here.</summary>
    internal void Change(Action change)
    {
        TaskCompletionSource past;
        lock (gate)
        {
            change();
            past = changed;
            changed = New();
        }
        past.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
