using System.Collections.Immutable;
using Assistant.Workspace.Files;

namespace Assistant.Workspace.Solutions;

/// <summary>The solution or projects to load from a workspace folder.</summary>
/// <param name="Path">The solution, or the only project; null if there is no project or several without a solution.</param>
/// <param name="Projects">The project files, of every language.</param>
/// <param name="Question">Set if the user must choose first.</param>
/// <param name="Problem">The reason why the solution cannot be read; null if it can.</param>
internal sealed record SolutionChoice(string? Path, ImmutableArray<string> Projects, SolutionQuestion? Question, string? Problem);

/// <summary>Finds the solution of a folder by reading files; nothing is executed.</summary>
internal static class SolutionFinder
{
    /// <summary>Solutions are searched this many folders below the workspace folder; deeper ones are samples and test data.</summary>
    private const int Deepest = 2;

    /// <param name="remembered">The solution that the user chose earlier; null if none.</param>
    /// <param name="openPaths">The files that are open in the editor.</param>
    /// <param name="mayAsk">False: the most likely candidate is returned instead of a question.</param>
    public static SolutionChoice Find(string folder, string? remembered, IReadOnlyCollection<string> openPaths, bool mayAsk)
    {
        if (remembered is not null && File.Exists(remembered))
        {
            return Take(SolutionFile.Read(remembered));
        }
        var candidates = Candidates(folder);
        if (candidates.Length == 0)
        {
            var projects = SourceFiles.Find(folder, [".csproj"]).Order(StringComparer.Ordinal).ToImmutableArray();
            return new(projects.Length == 1 ? projects[0] : null, projects, null, null);
        }
        if (candidates.Length == 1)
        {
            return Take(SolutionFile.Read(candidates[0]));
        }
        var solutions = candidates.Select(SolutionFile.Read).ToList();
        var open = openPaths.Where(path => path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase)).ToList();
        var holdAll = solutions.Where(solution => open.Count > 0 && open.All(path => Holds(solution, path))).ToList();
        return holdAll.Count == 1 ? Take(holdAll[0])
            : mayAsk ? new(null, [], new(folder, candidates), null)
            : Take(solutions.MaxBy(solution => (open.Count(path => Holds(solution, path)), solution.Projects.Length))!);
    }

    private static SolutionChoice Take(SolutionFile solution) => new(solution.Path, solution.Projects, null, solution.Problem);

    /// <summary>The solutions at the smallest depth. Solution filters count only where there is no whole solution.</summary>
    private static ImmutableArray<string> Candidates(string folder)
    {
        var byDepth = SourceFiles.Find(folder, SolutionFile.Extensions, Deepest)
            .GroupBy(path => Path.GetRelativePath(folder, path).Count(c => c == Path.DirectorySeparatorChar))
            .MinBy(group => group.Key);
        if (byDepth is null)
        {
            return [];
        }
        var whole = byDepth.Where(path => !IsFilter(path))
            // The same solution in both formats counts once; the newer format is the maintained one.
            .GroupBy(path => Path.ChangeExtension(path, null))
            .Select(same => same.MaxBy(path => path.Length)!)
            .Order(StringComparer.Ordinal)
            .ToImmutableArray();
        return whole.Length > 0 ? whole : [.. byDepth.Where(IsFilter).Order(StringComparer.Ordinal)];
    }

    private static bool IsFilter(string path) => path.EndsWith(".slnf", StringComparison.OrdinalIgnoreCase);

    private static bool Holds(SolutionFile solution, string path) =>
        solution.Projects.Any(project => SourceFiles.MayHoldSource(Path.GetDirectoryName(project)!, path));
}
