using System.Collections.Immutable;
using Assistant.Basics;
using Assistant.Workspace.Files;
using Assistant.Workspace.Solutions;
using Assistant.Workspace.Status;
using Microsoft.CodeAnalysis;

namespace Assistant.Workspace.Loading;

/// <summary>The result of one stage of loading: the files on disk, without the text of open documents. Immutable.</summary>
/// <param name="Solution">Null for an empty solution.</param>
/// <param name="Question">Set if there are several solutions and none was chosen; the level then stays below projects.</param>
public sealed record LoadedWorkspace(
    LoadLevel Level,
    Solution? Solution,
    ImmutableArray<ProjectState> Projects,
    ImmutableArray<LoadFinding> Findings,
    SolutionQuestion? Question)
{
    // Roslyn composes its services for the first solution, which takes more CPU than a server needs to answer its first request.
    private static readonly Lazy<Solution> EmptySolution = new(() => new AdhocWorkspace().CurrentSolution);

    /// <summary>Before anything was loaded.</summary>
    public static LoadedWorkspace Nothing { get; } = new(LoadLevel.Syntax, Solution: null, [], [], null);

    /// <summary>The projects with the text of their files on disk. Computed when first needed where nothing was loaded.</summary>
    public Solution Solution
    {
        get => field ?? EmptySolution.Value;
        init;
    } = Solution!;

    /// <summary>The references of documents outside of every project.</summary>
    internal ImmutableArray<MetadataReference> LooseReferences { get; init; } = [];

    /// <summary>The workspace folders whose path contains links: as the client names them and with links resolved.</summary>
    internal ImmutableArray<(string Named, string Real)> LinkedFolders { get; init; } = [];

    /// <summary>The findings of the workspace and of its projects.</summary>
    public IEnumerable<LoadFinding> AllFindings => Findings.Concat(Projects.SelectMany(project => project.Findings));

    /// <summary>The solution or project that was loaded from each workspace folder.</summary>
    internal ImmutableArray<SolutionChoice> Choices { get; init; } = [];

    /// <summary>The paths to restore for these projects: a single project itself, else the solutions that contain them.</summary>
    internal ImmutableArray<string> RestoreTargets(ImmutableArray<string> projects) => projects.Length == 1
        ? projects
        : [.. projects
            .Select(project =>
                Choices.FirstOrDefault(choice => choice.Projects.Contains(project, PathRules.Current.Comparer))?.Path ?? project)
            .Distinct()];

    /// <summary>Identifies this value without keeping it in memory.</summary>
    internal object Stamp { get; init; } = new();

    /// <summary>Set if this is an earlier value with changed files: the stamp of that value, and the changes.</summary>
    internal (object From, FileEdits Edits)? Step { get; init; }

    /// <summary>A hash of all inputs of the projects; null where none was computed.</summary>
    internal string? BuildKey { get; init; }

    /// <summary>This value with changed files.</summary>
    internal LoadedWorkspace With(FileEdits edits) =>
        this with { Solution = edits.Apply(Solution, keep: ImmutableHashSet<DocumentId>.Empty), Stamp = new(), Step = (Stamp, edits) };

    /// <summary>
    /// The project, once for each of its frameworks, that would compile a new file: the SDK takes every file in the project's folder.
    /// </summary>
    internal ImmutableArray<ProjectState> NearestProjects(string path)
    {
        var holding = Spellings(path)
            .SelectMany(spelling => Projects.Where(project => SourceFiles.MayHoldSource(project.Folder, spelling)))
            .ToList();
        var nearest = holding.MaxBy(project => project.Folder.Length);
        return [.. holding.Where(project => project.Path == nearest?.Path).Distinct()];
    }

    /// <summary>
    /// The documents of a file in the order of their projects, including additional and configuration files. The editor and msbuild may
    /// spell the path differently, where a link leads to the file or to the workspace folder.
    /// </summary>
    internal ImmutableArray<DocumentId> DocumentIds(string path) => DocumentIds(Solution, path);

    internal ImmutableArray<DocumentId> DocumentIds(Solution solution, string path)
    {
        foreach (var spelling in Spellings(path))
        {
            var ids = solution.GetDocumentIdsWithFilePath(spelling)
                // Roslyn ignores the letter case.
                .Where(id => Find(solution, id)?.FilePath is { } found && PathRules.Current.Comparer.Equals(found, spelling))
                .ToImmutableArray();
            if (!ids.IsEmpty)
            {
                return ids.Length == 1 ? ids : [.. ids.OrderBy(id => Rank(id.ProjectId))];
            }
        }
        return [];
    }

    private static TextDocument? Find(Solution solution, DocumentId id) =>
        solution.GetDocument(id) ?? solution.GetAdditionalDocument(id) ?? (TextDocument?)solution.GetAnalyzerConfigDocument(id);

    /// <summary>The index of a project; a project's newest framework comes first.</summary>
    private int Rank(ProjectId id)
    {
        for (var rank = 0; rank < Projects.Length; rank++)
        {
            if (Projects[rank].Id == id)
            {
                return rank;
            }
        }
        return int.MaxValue;
    }

    /// <summary>The path unchanged, with its links resolved, and below the workspace folder's link.</summary>
    private IEnumerable<string> Spellings(string path)
    {
        yield return path;
        var real = PathIdentity.Current.Real(path);
        if (real != path)
        {
            yield return real;
        }
        foreach (var (named, linked) in LinkedFolders)
        {
            if (Path.GetRelativePath(linked, real) is var relative
                && !relative.StartsWith("..", StringComparison.Ordinal)
                && !Path.IsPathRooted(relative))
            {
                yield return Path.Combine(named, relative);
            }
        }
    }
}

/// <summary>One project for one target framework.</summary>
/// <param name="Name">The project file's name without its extension; at the level of framework the folder's name.</param>
/// <param name="Path">The project file; at the level of framework the folder.</param>
/// <param name="TargetFramework">As in the project file, <c>net10.0</c>; empty where it is unknown.</param>
/// <param name="OtherFrameworks">The other target frameworks of the project.</param>
/// <param name="Degraded">References or generators are missing, so the compiler may report errors that the user's build does not.</param>
public sealed record ProjectState(
    ProjectId Id,
    string Name,
    string Path,
    string TargetFramework,
    ImmutableArray<string> OtherFrameworks,
    LoadLevel Level,
    bool Degraded,
    ImmutableArray<LoadFinding> Findings)
{
    /// <summary>The folder whose files belong to the project.</summary>
    internal string Folder => Level == LoadLevel.Projects ? System.IO.Path.GetDirectoryName(Path)! : Path;
}
