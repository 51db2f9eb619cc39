using Assistant.Workspace.Documents;
using Assistant.Workspace.Loading;
using Microsoft.CodeAnalysis;

namespace Assistant.Workspace;

/// <summary>
/// A loaded workspace's solution with the open documents' text on top, forked when it is first asked for.
/// </summary>
/// <remarks>
/// A fork of a fork keeps what the compiler has bound already, a fork of the loaded solution starts anew. So an edit forks from the
/// last solution that somebody asked for, and changed files are brought into that fork as well. Invariant: nothing older than that one
/// is held.
/// </remarks>
internal sealed class OverlaidSolution
{
    private readonly LoadedWorkspace loaded;
    private readonly Lazy<Overlays> below;
    private readonly Lazy<Overlays> overlays;

    private OverlaidSolution(LoadedWorkspace loaded, Lazy<Overlays> below, DocumentStore documents)
    {
        this.loaded = loaded;
        this.below = below;
        overlays = new(() => below.Value.With(documents));
    }

    public static OverlaidSolution Of(LoadedWorkspace loaded, DocumentStore documents) => new(loaded, new Lazy<Overlays>(Overlays.On(loaded)), documents);

    public Solution Solution => overlays.Value.Solution;

    public OverlaidSolution With(DocumentStore documents) => new(loaded, Nearest, documents);

    /// <summary>Keeps the fork where the loaded workspace is the present one with some files changed.</summary>
    public OverlaidSolution With(LoadedWorkspace next, DocumentStore documents) =>
        next.Step is { } step && step.From == loaded.Stamp && Nearest is var nearest
            // Later, by the first who asks: thousands of files are too many for the server's loop.
            ? new(next, new Lazy<Overlays>(() => nearest.Value.With(step.Edits, next)), documents)
            : Of(next, documents);

    public Document? Document(string uri) => overlays.Value.Document(uri);

    private Lazy<Overlays> Nearest => overlays.IsValueCreated ? overlays : below;
}
