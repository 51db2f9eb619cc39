using Microsoft.CodeAnalysis;

namespace Assistant.Workspace;

/// <summary>
/// A solution with the open documents' text on top, forked when it is first asked for.
/// </summary>
/// <remarks>
/// A fork of a fork keeps what the compiler has bound already, a fork of the loaded solution starts anew. So an edit forks from the
/// last solution that somebody asked for. Invariant: nothing older than that one is held.
/// </remarks>
internal sealed class OverlaidSolution
{
    private readonly Lazy<State> state;
    private readonly State below;
    private readonly DocumentStore documents;
    private readonly PathIdentity identity;

    private OverlaidSolution(State below, DocumentStore documents, PathIdentity identity)
    {
        this.below = below;
        this.documents = documents;
        this.identity = identity;
        state = new(() => below.With(documents, identity));
    }

    public static OverlaidSolution Of(LoadedWorkspace loaded) =>
        new(State.Of(loaded.Solution), DocumentStore.Empty, PathIdentity.Current);

    public Solution Solution => state.Value.Solution;

    public OverlaidSolution With(DocumentStore documents) => new(state.IsValueCreated ? state.Value : below, documents, identity);

    public Document? Document(string uri) => null;

    private sealed record State(Solution Solution)
    {
        public static State Of(Solution solution) => new(solution);

        public State With(DocumentStore documents, PathIdentity identity) => this;
    }
}
