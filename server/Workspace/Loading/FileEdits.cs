using System.Collections.Immutable;
using Assistant.Basics;
using Assistant.Workspace.Files;
using Microsoft.CodeAnalysis;

namespace Assistant.Workspace.Loading;

/// <summary>The changes to a solution that follow from a batch of changed files. They can be applied to several forks of it.</summary>
internal sealed record FileEdits(ImmutableArray<DocumentInfo> Added, ImmutableArray<DocumentId> Removed, ImmutableArray<DocumentId> Reread)
{
    public bool IsEmpty => Added.IsEmpty && Removed.IsEmpty && Reread.IsEmpty;

    /// <summary>
    /// Reads from the disk which of the paths exist now, since reports may be outdated: a deleted file may have been written again.
    /// </summary>
    public static FileEdits Of(LoadedWorkspace loaded, IEnumerable<FileChange> changes, CancellationToken token)
    {
        var added = ImmutableArray.CreateBuilder<DocumentInfo>();
        var removed = ImmutableArray.CreateBuilder<DocumentId>();
        var reread = ImmutableArray.CreateBuilder<DocumentId>();
        var changed = changes.Select(change => change.Path).Distinct(PathRules.Current.Comparer);
        foreach (var path in changed.SelectMany(path => Files(loaded, path)))
        {
            token.ThrowIfCancellationRequested();
            var ids = loaded.DocumentIds(path);
            if (!File.Exists(path))
            {
                removed.AddRange(ids.Where(id => loaded.Solution.ContainsDocument(id)));
            }
            else if (!ids.IsEmpty)
            {
                reread.AddRange(ids);
            }
            else if (path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase))
            {
                added.AddRange(loaded.NearestProjects(path).Select(project => SolutionBuilder.ReadLater(project.Id, project.Folder, path)));
            }
        }
        return new(added.ToImmutable(), removed.ToImmutable(), reread.ToImmutable());
    }

    /// <param name="keep">Documents that keep their text, since the editor has them open.</param>
    public Solution Apply(Solution solution, IReadOnlySet<DocumentId> keep)
    {
        solution = solution
            .RemoveDocuments([.. Removed.Where(solution.ContainsDocument)])
            .AddDocuments([.. Added.Where(info => solution.ContainsProject(info.Id.ProjectId))]);
        foreach (var id in Reread.Where(id => !keep.Contains(id)))
        {
            solution = Reload(solution, id);
        }
        return solution;
    }

    internal static Solution Reload(Solution solution, DocumentId id)
    {
        static FileTextLoader Loader(TextDocument document) => new(document.FilePath!, defaultEncoding: null);

        return solution.GetDocument(id) is { FilePath: not null } document
                ? solution.WithDocumentTextLoader(id, Loader(document), PreservationMode.PreserveValue)
            : solution.GetAdditionalDocument(id) is { FilePath: not null } additional
                ? solution.WithAdditionalDocumentTextLoader(id, Loader(additional), PreservationMode.PreserveValue)
            : solution.GetAnalyzerConfigDocument(id) is { FilePath: not null } config
                ? solution.WithAnalyzerConfigDocumentTextLoader(id, Loader(config), PreservationMode.PreserveValue)
            : solution;
    }

    /// <summary>The files of a folder, or the file itself: watchers report a moved folder without its files.</summary>
    private static IEnumerable<string> Files(LoadedWorkspace loaded, string path) =>
        path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase) || File.Exists(path)
            ? [path]
            : SourceFiles.WithGenerated(path)
                .Concat(loaded.Solution.Projects
                    .SelectMany(project => project.Documents)
                    .Select(document => document.FilePath)
                    .OfType<string>()
                    .Where(file => file.StartsWith(path + Path.DirectorySeparatorChar, PathRules.Current.Comparison)))
                .Append(path)
                .Distinct(PathRules.Current.Comparer);
}
