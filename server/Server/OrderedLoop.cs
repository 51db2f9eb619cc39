using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Assistant.Server;

/// <summary>
/// The one writer of the state. Mutations are applied one after the other, in the order in which they were queued. A read gets the state
/// at its place in the queue and runs beside the loop. So a read sees exactly the mutations before it, reads overlap, and no mutation
/// waits for a read.
/// <para>
/// A mutation is a pure function from state to state: it reads no file and no clock, and has no effect. Values from outside are read
/// before the mutation is queued. Effects run behind the loop, from the list <see cref="Effects"/>; a read starts when the effects
/// <see cref="EffectTiming.BeforeReads"/> of the mutations before it have run.
/// </para>
/// Invariant: nothing in the loop waits. An exception in a mutation is a bug and ends the loop.
/// </summary>
/// <typeparam name="TState">Immutable.</typeparam>
/// <param name="logger">For effects that fail.</param>
/// <param name="ending">Handed to effects; cancelled when the server ends.</param>
public sealed class OrderedLoop<TState>(TState initial, ILogger logger, CancellationToken ending)
    where TState : class
{
    /// <summary>Senders wait while the queue is full, so that a flood stays in the client's pipe.</summary>
    private const int QueueLength = 1024;

    private readonly Channel<Item> queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly EffectQueue<TState> effects = new(logger, ending);
    private readonly HashSet<Task> reads = [];
    private TState state = initial;

    /// <summary>The list of effects, in the order in which they run; set before <see cref="RunAsync"/>.</summary>
    /// <exception cref="ArgumentException">An effect before reads comes after one that is not.</exception>
    public IReadOnlyList<Effect<TState>> Effects
    {
        get;
        set
        {
            effects.Use(value);
            field = value;
        }
    } = [];

    /// <summary>The newest state, for code that has no place in the queue. The handler of a request uses the state that it gets.</summary>
    public TState Current => Volatile.Read(ref state);

    /// <summary>Ends when all effects of the mutations that were applied by now have run. Tasks that effects start may still run.</summary>
    public Task EffectsRan => effects.AllRan;

    /// <summary>Ends when <see cref="Complete"/> was called and the queue is empty, or with the exception of a mutation.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var item in queue.Reader.ReadAllAsync(CancellationToken.None))
            {
                Take(item);
            }
        }
        finally
        {
            // After a bug no sender may wait for a place in a queue that has no reader, nor for a snapshot.
            queue.Writer.TryComplete();
            while (queue.Reader.TryRead(out var item))
            {
                item.Snapshot?.SetResult(null);
            }
        }
    }

    /// <summary>Queues a mutation. False after the end.</summary>
    public ValueTask<bool> MutateAsync(Func<TState, Mutation<TState>> mutation) => QueueAsync(new Item(mutation, null, null));

    /// <summary>Queues a read, which handles its own exceptions. False after the end.</summary>
    public ValueTask<bool> ReadAsync(Func<TState, Task> read) => QueueAsync(new Item(null, read, null));

    /// <summary>The state at this place in the queue, as soon as the loop has come to it; null after the end.</summary>
    public async Task<TState?> SnapshotAsync()
    {
        var snapshot = new TaskCompletionSource<TState?>(TaskCreationOptions.RunContinuationsAsynchronously);
        return await QueueAsync(new Item(null, null, snapshot)) ? await snapshot.Task : null;
    }

    /// <summary>Closes the queue. Items that are in it are still done.</summary>
    public void Complete() => queue.Writer.TryComplete();

    /// <summary>Ends when the reads that run or wait now have ended.</summary>
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

    private void Take(Item item)
    {
        if (item.Mutation is { } mutation)
        {
            Apply(mutation);
        }
        else if (item.Read is { } read)
        {
            Start(read);
        }
        else
        {
            item.Snapshot!.SetResult(state);
        }
    }

    private void Apply(Func<TState, Mutation<TState>> mutation)
    {
        var before = state;
        var (after, fault) = mutation(before);
        Volatile.Write(ref state, after);
        if (!ReferenceEquals(before, after) || fault is not null)
        {
            effects.Post(new Transition<TState>(before, after, fault));
        }
    }

    private void Start(Func<TState, Task> read)
    {
        var snapshot = state;
        var ready = effects.ReadsReady;
        var running = ready.IsCompleted
            ? Task.Run(() => read(snapshot), CancellationToken.None)
            : ready.ContinueWith(_ => read(snapshot), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Unwrap();
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

    /// <summary>Exactly one of the three is set.</summary>
    private readonly record struct Item(
        Func<TState, Mutation<TState>>? Mutation, Func<TState, Task>? Read, TaskCompletionSource<TState?>? Snapshot);
}
