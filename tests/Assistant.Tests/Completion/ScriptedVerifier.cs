using Assistant.Completion;
using Assistant.Shaping;

namespace Assistant.Tests.Completion;

/// <summary>
/// Test double: a verifier that rejects the texts of the test's choice, when the test lets it, and lists all drafts.
/// </summary>
internal sealed class ScriptedVerifier : IVerifier
{
    private readonly Lock gate = new();
    private readonly List<string> drafts = [];
    private readonly List<(Func<string, bool> IsMeant, TaskCompletionSource Asked)> waiters = [];
    private Task held = Task.CompletedTask;

    /// <summary>True for the texts that are rejected.</summary>
    public Func<string, bool> Rejects { get; set; } = _ => false;

    public IReadOnlyList<string> Drafts
    {
        get
        {
            lock (gate)
            {
                return [.. drafts];
            }
        }
    }

    /// <summary>Verdicts wait from now on until the returned source completes.</summary>
    public TaskCompletionSource Hold()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        held = source.Task;
        return source;
    }

    /// <summary>Completes when a draft that fits the test's condition is verified.</summary>
    public Task AskedAsync(Func<string, bool> isMeant)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (drafts.Any(isMeant))
            {
                return Task.CompletedTask;
            }
            waiters.Add((isMeant, asked));
        }
        return asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
    }

    public async ValueTask<Verdict> VerifyAsync(Draft draft, CompletionQuery query, CancellationToken token)
    {
        lock (gate)
        {
            drafts.Add(draft.Text);
            waiters.RemoveAll(waiter => waiter.IsMeant(draft.Text) && waiter.Asked.TrySetResult());
        }
        await held.WaitAsync(token);
        return Rejects(draft.Text) ? new Verdict(VerdictKind.Rejected, "the test rejects it") : Verdict.Unchecked;
    }
}
