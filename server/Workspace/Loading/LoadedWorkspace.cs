using System.Collections.Immutable;
using Assistant.Workspace.Files;
using Assistant.Workspace.Solutions;
using Assistant.Workspace.Status;
using Microsoft.CodeAnalysis;

namespace Assistant.Workspace.Loading;

/// <summary>What one stage of loading has come to: the files on disk, without what is open in the editor. Immutable.</summary>
/// <param name="Question">Several solutions could be meant and none was chosen; null otherwise. The level stays below projects.</param>
public sealed record LoadedWorkspace(
    LoadLevel Level,
    Solution Solution,
    ImmutableArray<ProjectState> Projects,
    ImmutableArray<LoadFinding> Findings,
    SolutionQuestion? Question)
{
    /// <summary>Before anything was loaded: documents stand for themselves.</summary>
    public static LoadedWorkspace Nothing { get; } = new(LoadLevel.Syntax, new AdhocWorkspace().CurrentSolution, [], [], null);

    /// <summary>What documents outside of every project are bound against.</summary>
    internal ImmutableArray<MetadataReference> LooseReferences { get; init; } = [];

    /// <summary>The workspace folders, as the client names them and with links followed, where that differs.</summary>
    internal ImmutableArray<(string Named, string Real)> LinkedFolders { get; init; } = [];

    /// <summary>Those of the workspace, and those of its projects.</summary>
    public IEnumerable<LoadFinding> AllFindings => Findings.Concat(Projects.SelectMany(project => project.Findings));

    /// <summary>Which solution or project was taken of each workspace folder.</summary>
    internal ImmutableArray<SolutionChoice> Choices { get; init; } = [];

    /// <summary>What is to be restored for these projects: one by itself, of several the solution that holds them.</summary>
    internal ImmutableArray<string> RestoreTargets(ImmutableArray<string> projects) => projects.Length == 1
        ? projects
        : [.. projects
            .Select(project => Choices.FirstOrDefault(choice => choice.Projects.Contains(project, PathRules.Current.Comparer))?.Path ?? project)
            .Distinct()];

    /// <summary>Tells this value from every other without holding on to them.</summary>
    internal object Stamp { get; init; } = new();

    /// <summary>Set if this is an earlier value with some files changed.</summary>
    internal (object From, FileEdits Edits)? Step { get; init; }

    /// <summary>A hash of all that the projects came from; null where it was not made.</summary>
    internal string? BuildKey { get; init; }

    /// <summary>This with some files changed.</summary>
    internal LoadedWorkspace With(FileEdits edits) =>
        this with { Solution = edits.Apply(Solution, keep: ImmutableHashSet<DocumentId>.Empty), Stamp = new(), Step = (Stamp, edits) };

    /// <summary>
    /// The project in whose folder a file lies that no project names, for each of its frameworks: the SDK would take the file up.
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
    /// The documents of a file, the one in the project that was named first before the others; additional and configuration files
    /// as well. The editor and msbuild may spell the file differently, where a link leads to it or to the workspace folder.
    /// </summary>
    internal ImmutableArray<DocumentId> DocumentIds(string path) => DocumentIds(Solution, path);

    internal ImmutableArray<DocumentId> DocumentIds(Solution solution, string path)
    {
        foreach (var spelling in Spellings(path))
        {
            var ids = solution.GetDocumentIdsWithFilePath(spelling)
                // Roslyn looks without regard to letter case.
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

    /// <summary>The order in which projects were named; the newest framework of a project before its others.</summary>
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

    /// <summary>The path as it is written, with its links followed, and with the workspace folder's link in place of what it leads to.</summary>
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
            if (Path.GetRelativePath(linked, real) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(relative))
            {
                yield return Path.Combine(named, relative);
            }
        }
    }
}

/// <summary>One project for one target framework.</summary>
/// <param name="Name">The project file's name without its extension; at the level of framework the folder's name.</param>
/// <param name="Path">The project file; at the level of framework the folder.</param>
/// <param name="TargetFramework">As the project writes it, <c>net10.0</c>; empty where it is not known.</param>
/// <param name="OtherFrameworks">The other target frameworks that the project has.</param>
/// <param name="Degraded">References or generators are missing: errors in it may not be the user's.</param>
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
    /// <summary>The folder whose files belong to it.</summary>
    internal string Folder => Level == LoadLevel.Projects ? System.IO.Path.GetDirectoryName(Path)! : Path;
}
