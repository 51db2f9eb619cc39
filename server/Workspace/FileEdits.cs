using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Assistant.Workspace;

/// <summary>What a batch of changed files means for a solution; it can be brought into several forks of it.</summary>
internal sealed record FileEdits(ImmutableArray<DocumentInfo> Added, ImmutableArray<DocumentId> Removed, ImmutableArray<DocumentId> Reread)
{
    /// <param name="keep">Documents whose text is not the file's: the editor's lies on top.</param>
    public Solution Apply(Solution solution, IReadOnlySet<DocumentId> keep)
    {
        solution = solution
            .RemoveDocuments([.. Removed.Where(solution.ContainsDocument)])
            .AddDocuments([.. Added.Where(info => solution.ContainsProject(info.Id.ProjectId))]);
        foreach (var id in Reread)
        {
            if (!keep.Contains(id) && solution.GetDocument(id)?.FilePath is { } path)
            {
                solution = solution.WithDocumentTextLoader(id, new FileTextLoader(path, defaultEncoding: null), PreservationMode.PreserveValue);
            }
        }
        return solution;
    }
}
