using Assistant.Shaping;

namespace Assistant.Completion;

public enum VerdictKind
{
    /// <summary>The draft was not checked.</summary>
    Unchecked,

    /// <summary>The draft adds no error.</summary>
    Passed,

    /// <summary>The draft must not be shown.</summary>
    Rejected,
}

/// <param name="Detail">The reason for a rejection, one sentence; else empty.</param>
public sealed record Verdict(VerdictKind Kind, string Detail = "")
{
    public static Verdict Unchecked { get; } = new(VerdictKind.Unchecked);
}

/// <summary>Judges a draft at the caret of a query.</summary>
public interface IVerifier
{
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<Verdict> VerifyAsync(Draft draft, CompletionQuery query, CancellationToken token);
}

/// <summary>Leaves every draft unchecked, until the compiler checks drafts.</summary>
public sealed class NoVerifier : IVerifier
{
    public ValueTask<Verdict> VerifyAsync(Draft draft, CompletionQuery query, CancellationToken token) => new(Verdict.Unchecked);
}
