namespace Assistant.Server;

/// <summary>The result of a mutation: the next state, and the client's mistake where the mutation found one.</summary>
public readonly record struct Mutation<TState>(TState State, ClientFault? Fault)
{
#pragma warning disable CA2225 // The constructor is the named alternative.
    public static implicit operator Mutation<TState>(TState state) => new(state, null);
#pragma warning restore CA2225
}

/// <summary>A mistake of the client, such as an edit outside its document. An effect reports it; everything else goes on.</summary>
/// <param name="Method">The message that was wrong.</param>
/// <param name="Message">The mistake as a sentence, without text of the document.</param>
/// <param name="Uri">The document that is out of sync because of it; null where no document is, or it cannot be known.</param>
public sealed record ClientFault(string Method, string Message, string? Uri);
