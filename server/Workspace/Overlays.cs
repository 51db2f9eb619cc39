using System.Collections.Immutable;
using Assistant.Basics;
using Assistant.Workspace.Documents;
using Assistant.Workspace.Loading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Assistant.Workspace;

/// <summary>A solution that contains the text of the open documents. Immutable.</summary>
internal sealed class Overlays
{
    private readonly LoadedWorkspace loaded;
    private readonly ImmutableDictionary<string, Overlay> byKey;

    private Overlays(LoadedWorkspace loaded, Solution solution, ImmutableDictionary<string, Overlay> byKey)
    {
        this.loaded = loaded;
        Solution = solution;
        this.byKey = byKey;
    }

    /// <param name="Text">The text of the open document.</param>
    /// <param name="Ids">The document in each project that contains it.</param>
    /// <param name="Added">The document was not loaded; the solution contains it only while it is open.</param>
    private sealed record Overlay(SourceText Text, string? Path, ImmutableArray<DocumentId> Ids, bool Added);

    public static Overlays On(LoadedWorkspace loaded) => new(loaded, loaded.Solution, ImmutableDictionary<string, Overlay>.Empty);

    public Solution Solution { get; }

    /// <summary>Null if the document is neither open nor loaded.</summary>
    public Document? Document(string uri) =>
        byKey.TryGetValue(DocumentUri.Key(uri), out var overlay) ? Solution.GetDocument(overlay.Ids[0])
        : DocumentUri.ToPath(uri) is { } path ? Documents(Solution, path).Select(id => Solution.GetDocument(id)).FirstOrDefault()
        : null;

    /// <summary>Replaces the open documents; only documents that differ are changed.</summary>
    public Overlays With(DocumentStore documents)
    {
        var (solution, overlays) = (Solution, byKey);
        foreach (var (key, overlay) in byKey)
        {
            if (documents.FindByKey(key) is not { IsCSharp: true })
            {
                solution = Close(solution, overlay);
                overlays = overlays.Remove(key);
            }
        }
        foreach (var (key, document) in documents.ByKey)
        {
            if (!document.IsCSharp)
            {
                continue;
            }
            if (!overlays.TryGetValue(key, out var overlay))
            {
                (solution, overlay) = Open(solution, document);
            }
            else if (overlay.Text != document.Text)
            {
                solution = WithText(solution, overlay.Ids, document.Text);
                overlay = overlay with { Text = document.Text };
            }
            overlays = overlays.SetItem(key, overlay);
        }
        return solution == Solution ? this : new(loaded, solution, overlays);
    }

    /// <summary>Applies changes of files on disk; open documents keep the editor's text.</summary>
    public Overlays With(FileEdits edits, LoadedWorkspace next)
    {
        var (solution, overlays) = (Solution, byKey);
        var open = overlays.Values.SelectMany(overlay => overlay.Ids).ToHashSet();
        var added = edits.Added.Select(info => info.FilePath!).ToHashSet(PathRules.Current.Comparer);
        var removed = edits.Removed.ToHashSet();
        foreach (var (key, overlay) in byKey)
        {
            // An unsaved document was saved, or the file of an open document was deleted: the document is opened again.
            if (overlay.Added ? overlay.Path is not null && added.Contains(overlay.Path) : overlay.Ids.Any(removed.Contains))
            {
                solution = overlay.Added ? Close(solution, overlay) : solution;
                overlays = overlays.Remove(key);
            }
        }
        return new(next, edits.Apply(solution, keep: open), overlays);
    }

    private (Solution, Overlay) Open(Solution solution, DocumentSnapshot document)
    {
        if (document.Path is { } path && Documents(solution, path) is { Length: > 0 } ids)
        {
            return (WithText(solution, ids, document.Text), new(document.Text, path, ids, Added: false));
        }
        var project = document.Path is null ? null : loaded.NearestProjects(document.Path).FirstOrDefault()?.Id;
        if (project is null || !solution.ContainsProject(project))
        {
            (solution, project) = AddLoose(solution);
        }
        var isScript = document.Path?.EndsWith(".csx", StringComparison.OrdinalIgnoreCase) == true;
        var id = DocumentId.CreateNewId(project);
        solution = solution.AddDocument(DocumentInfo.Create(
            id,
            document.Path is null ? document.Uri : Path.GetFileName(document.Path),
            sourceCodeKind: isScript ? SourceCodeKind.Script : SourceCodeKind.Regular,
            loader: TextLoader.From(TextAndVersion.Create(document.Text, VersionStamp.Create())),
            filePath: document.Path ?? document.Uri));
        return (solution, new(document.Text, document.Path, [id], Added: true));
    }

    /// <summary>A document without a project gets its own, so that two drafts do not see each other's types.</summary>
    private (Solution, ProjectId) AddLoose(Solution solution)
    {
        var id = ProjectId.CreateNewId(LooseName);
        return (solution.AddProject(ProjectInfo.Create(
            id,
            VersionStamp.Default,
            LooseName,
            LooseName,
            LanguageNames.CSharp,
            compilationOptions: FrameworkLevel.Options,
            parseOptions: FrameworkLevel.Parsing,
            documents: [FrameworkLevel.Usings(id, web: false)],
            metadataReferences: loaded.LooseReferences)), id);
    }

    private const string LooseName = "(no project)";

    private static Solution Close(Solution solution, Overlay overlay)
    {
        foreach (var id in overlay.Ids.Where(solution.ContainsDocument))
        {
            solution = !overlay.Added ? FileEdits.Reload(solution, id)
                : solution.GetProject(id.ProjectId)!.Name == LooseName ? solution.RemoveProject(id.ProjectId)
                : solution.RemoveDocument(id);
        }
        return solution;
    }

    private ImmutableArray<DocumentId> Documents(Solution solution, string path) =>
        [.. loaded.DocumentIds(solution, path).Where(solution.ContainsDocument)];

    private static Solution WithText(Solution solution, ImmutableArray<DocumentId> ids, SourceText text) =>
        ids.Aggregate(solution, (solution, id) => solution.WithDocumentText(id, text, PreservationMode.PreserveIdentity));
}
