using System.Collections.Immutable;
using Assistant.Workspace.Documents;
using Assistant.Workspace.Loading;
using Assistant.Workspace.Status;
using Microsoft.CodeAnalysis;

namespace Assistant.Workspace;

/// <summary>
/// The open documents and the loaded workspace at one point in the order of messages. The server's loop makes a new snapshot for each
/// change; a request keeps the one that it started with.
/// </summary>
public sealed class WorkspaceSnapshot
{
    private readonly OverlaidSolution overlaid;

    private WorkspaceSnapshot(
        ImmutableArray<string> folders, bool trusted, DocumentStore documents, LoadedWorkspace loaded, OverlaidSolution overlaid)
    {
        Folders = folders;
        Trusted = trusted;
        Documents = documents;
        Loaded = loaded;
        this.overlaid = overlaid;
    }

    /// <summary>Nothing is open and nothing is loaded.</summary>
    public static WorkspaceSnapshot Start(IEnumerable<string> folders, bool trusted) =>
        new(
            [.. folders],
            trusted,
            DocumentStore.Empty,
            LoadedWorkspace.Nothing,
            OverlaidSolution.Of(LoadedWorkspace.Nothing, DocumentStore.Empty));

    /// <summary>The workspace folders' full paths.</summary>
    public ImmutableArray<string> Folders { get; }

    /// <summary>False: no code of the workspace is executed.</summary>
    public bool Trusted { get; }

    public DocumentStore Documents { get; }

    /// <summary>The loaded files and projects, without the text of the open documents.</summary>
    public LoadedWorkspace Loaded { get; }

    public LoadLevel Level => Loaded.Level;

    public ImmutableArray<ProjectState> Projects => Loaded.Projects;

    public ImmutableArray<LoadFinding> Findings => Loaded.Findings;

    /// <summary>
    /// The loaded solution with the text of the open documents. It is computed when first needed, at most once per snapshot, from the
    /// newest earlier snapshot that computed its own, so that the compiler's results survive a keystroke.
    /// </summary>
    public Solution Solution => overlaid.Solution;

    /// <summary>
    /// The document in <see cref="Solution"/>, with the text in <see cref="Documents"/>; for a file in several projects that of the first
    /// project. Null for a URI that is neither open nor loaded.
    /// </summary>
    public Document? Document(string uri) => overlaid.Document(uri);

    /// <summary>The project that contains the document; null at the level of syntax and outside of every project.</summary>
    public ProjectState? Project(string uri) =>
        Document(uri) is { } document ? Projects.FirstOrDefault(project => project.Id == document.Project.Id) : null;

    public WorkspaceSnapshot With(DocumentStore documents) =>
        documents == Documents ? this : new(Folders, Trusted, documents, Loaded, overlaid.With(documents));

    /// <summary>For the end of a stage of loading, and for changed files on disk.</summary>
    public WorkspaceSnapshot With(LoadedWorkspace loaded) =>
        new(Folders, Trusted, Documents, loaded, overlaid.With(loaded, Documents));

    public WorkspaceSnapshot With(ImmutableArray<string> folders, bool trusted) => new(folders, trusted, Documents, Loaded, overlaid);
}
