namespace Assistant.Server;

/// <summary>What a mutation gives: the next state, and where the client sent something that does not fit, what that was.</summary>
public readonly record struct Mutation<TState>(TState State, ClientFault? Fault)
{
#pragma warning disable CA2225 // The constructor is the named alternative.
    public static implicit operator Mutation<TState>(TState state) => new(state, null);
#pragma warning restore CA2225
}

/// <summary>The client's mistake, as an edit outside its document. It is told, and everything else goes on.</summary>
/// <param name="Method">The message that was wrong.</param>
/// <param name="Message">What was wrong with it, as a sentence without code text.</param>
/// <param name="Uri">The document that is out of sync by it; null where it is none, or cannot be known.</param>
public sealed record ClientFault(string Method, string Message, string? Uri);
