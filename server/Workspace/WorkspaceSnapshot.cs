using System.Collections.Immutable;
using Assistant.Workspace.Documents;
using Assistant.Workspace.Loading;
using Assistant.Workspace.Status;
using Microsoft.CodeAnalysis;

namespace Assistant.Workspace;

/// <summary>
/// Everything that a read may know: the open documents and what was loaded around them, at one place in the order of messages.
/// The server's loop makes a new one for each change; a read keeps the one it started with.
/// </summary>
public sealed class WorkspaceSnapshot
{
    private readonly OverlaidSolution overlaid;

    private WorkspaceSnapshot(ImmutableArray<string> folders, bool trusted, DocumentStore documents, LoadedWorkspace loaded, OverlaidSolution overlaid)
    {
        Folders = folders;
        Trusted = trusted;
        Documents = documents;
        Loaded = loaded;
        this.overlaid = overlaid;
    }

    /// <summary>Nothing is open and nothing is loaded.</summary>
    public static WorkspaceSnapshot Start(IEnumerable<string> folders, bool trusted) =>
        new([.. folders], trusted, DocumentStore.Empty, LoadedWorkspace.Nothing, OverlaidSolution.Of(LoadedWorkspace.Nothing, DocumentStore.Empty));

    /// <summary>The workspace folders' full paths.</summary>
    public ImmutableArray<string> Folders { get; }

    /// <summary>False: nothing that lies in the workspace is executed.</summary>
    public bool Trusted { get; }

    public DocumentStore Documents { get; }

    /// <summary>What the loader has found, without the open documents' text.</summary>
    public LoadedWorkspace Loaded { get; }

    public LoadLevel Level => Loaded.Level;

    public ImmutableArray<ProjectState> Projects => Loaded.Projects;

    public ImmutableArray<LoadFinding> Findings => Loaded.Findings;

    /// <summary>
    /// What was loaded with the open documents' text on top. Made when it is first asked for, at most once per snapshot, from the
    /// nearest earlier snapshot that was asked, so that the compiler's work is kept from one keystroke to the next.
    /// </summary>
    public Solution Solution => overlaid.Solution;

    /// <summary>
    /// The document in <see cref="Solution"/> with exactly the text of <see cref="Documents"/>; of a file in several projects the one
    /// in the project that was named first. Null for a URI that is neither open nor loaded.
    /// </summary>
    public Document? Document(string uri) => overlaid.Document(uri);

    /// <summary>The project that <see cref="Document"/> stands in; null where there is none above the level of syntax.</summary>
    public ProjectState? Project(string uri) =>
        Document(uri) is { } document ? Projects.FirstOrDefault(project => project.Id == document.Project.Id) : null;

    public WorkspaceSnapshot With(DocumentStore documents) =>
        documents == Documents ? this : new(Folders, Trusted, documents, Loaded, overlaid.With(documents));

    /// <summary>A stage of loading has ended, or files on disk have changed.</summary>
    public WorkspaceSnapshot With(LoadedWorkspace loaded) =>
        new(Folders, Trusted, Documents, loaded, overlaid.With(loaded, Documents));

    public WorkspaceSnapshot With(ImmutableArray<string> folders, bool trusted) => new(folders, trusted, Documents, Loaded, overlaid);
}
