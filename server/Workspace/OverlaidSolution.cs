using Assistant.Workspace.Documents;
using Assistant.Workspace.Loading;
using Microsoft.CodeAnalysis;

namespace Assistant.Workspace;

/// <summary>
/// A loaded workspace's solution with the text of the open documents, forked when it is first needed.
/// </summary>
/// <remarks>
/// A fork of a fork keeps the compiler's results, a fork of the loaded solution loses them. So an edit forks from the newest solution
/// that was computed, and changed files are applied to that fork as well. Invariant: no older solution is kept in memory.
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

    public static OverlaidSolution Of(LoadedWorkspace loaded, DocumentStore documents) =>
        new(loaded, new Lazy<Overlays>(() => Overlays.On(loaded)), documents);

    public Solution Solution => overlays.Value.Solution;

    public OverlaidSolution With(DocumentStore documents) => new(loaded, Nearest, documents);

    /// <summary>Keeps the fork if <paramref name="next"/> is the present workspace with changed files.</summary>
    public OverlaidSolution With(LoadedWorkspace next, DocumentStore documents) =>
        next.Step is { } step && step.From == loaded.Stamp && Nearest is var nearest
            // Lazily: applying thousands of files would block the server's loop.
            ? new(next, new Lazy<Overlays>(() => nearest.Value.With(step.Edits, next)), documents)
            : Of(next, documents);

    public Document? Document(string uri) => overlays.Value.Document(uri);

    private Lazy<Overlays> Nearest => overlays.IsValueCreated ? overlays : below;
}
