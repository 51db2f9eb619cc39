using System.Threading.Channels;

namespace Assistant.Server;

/// <summary>
/// The one writer. Mutations are applied one after the other, in the order in which they were queued; a read gets the state as it was at
/// its place in the queue and then runs beside the loop. So a read sees exactly the mutations before it, reads overlap, and no mutation
/// waits for a read.
/// Invariant: nothing in the loop waits. A mutation is a function; an exception in it is a bug and ends the loop.
/// </summary>
/// <typeparam name="TState">Immutable.</typeparam>
public sealed class OrderedLoop<TState>(TState initial)
    where TState : class
{
    /// <summary>Whoever queues waits while this many stand before him, so that a flood stays in the sender's pipe.</summary>
    private const int QueueLength = 1024;

    private readonly Channel<Item> queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly HashSet<Task> reads = [];
    private TState state = initial;

    /// <summary>Raised in the loop after a mutation that gave another state: (before, after). It must not throw and not wait.</summary>
    public event Action<TState, TState>? Changed;

    /// <summary>The newest state, for those who stand beside the queue. A request's handler takes the one that it is given.</summary>
    public TState Current => Volatile.Read(ref state);

    /// <summary>Ends when <see cref="Complete"/> was called and the queue is empty, or with the exception of a mutation.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var item in queue.Reader.ReadAllAsync(CancellationToken.None))
            {
                if (item.Mutation is { } mutation)
                {
                    Apply(mutation);
                }
                else
                {
                    Start(item.Read!);
                }
            }
        }
        finally
        {
            // After a bug nobody may wait for a place in a queue that nobody reads.
            queue.Writer.TryComplete();
        }
    }

    /// <summary>Queues a mutation. False after the end.</summary>
    public ValueTask<bool> MutateAsync(Func<TState, TState> mutation) => QueueAsync(new Item(mutation, null));

    /// <summary>Queues a read, which handles its own exceptions. False after the end.</summary>
    public ValueTask<bool> ReadAsync(Func<TState, Task> read) => QueueAsync(new Item(null, read));

    /// <summary>Nothing more is queued; what is queued is still done.</summary>
    public void Complete() => queue.Writer.TryComplete();

    /// <summary>Ends when the reads that run now have ended.</summary>
    public Task WhenReadsEndedAsync()
    {
        lock (reads)
        {
            return Task.WhenAll([.. reads]);
        }
    }

    private async ValueTask<bool> QueueAsync(Item item)
    {
        while (!queue.Writer.TryWrite(item))
        {
            if (!await queue.Writer.WaitToWriteAsync(CancellationToken.None))
            {
                return false;
            }
        }
        return true;
    }

    private void Apply(Func<TState, TState> mutation)
    {
        var before = state;
        var after = mutation(before);
        Volatile.Write(ref state, after);
        if (!ReferenceEquals(before, after))
        {
            Changed?.Invoke(before, after);
        }
    }

    private void Start(Func<TState, Task> read)
    {
        var snapshot = state;
        var running = Task.Run(() => read(snapshot), CancellationToken.None);
        lock (reads)
        {
            reads.Add(running);
        }
        running.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Forget(Task read)
    {
        lock (reads)
        {
            reads.Remove(read);
        }
    }

    private readonly record struct Item(Func<TState, TState>? Mutation, Func<TState, Task>? Read);
}
