using System.Collections.Immutable;
using Assistant.Workspace.Loading;
using Assistant.Workspace.Status;

namespace Assistant.Handlers;

/// <summary>One button for all findings that a restore may fix: a fresh checkout of thirty projects is one question, not thirty.</summary>
/// <param name="Message">The problem, in a sentence for the user.</param>
/// <param name="Targets">The solutions and projects to restore.</param>
internal sealed record RestoreOffer(string Message, ImmutableArray<string> Targets)
{
    private const int MostNamed = 3;

    /// <summary>Null where there is nothing to restore.</summary>
    public static RestoreOffer? Of(LoadedWorkspace loaded)
    {
        var findings = loaded.AllFindings.Where(Covers).ToList();
        ImmutableArray<string> projects = [.. findings.Select(finding => finding.Path!).Distinct()];
        return projects.Length switch
        {
            0 => null,
            1 => new(findings[0].Message, loaded.RestoreTargets(projects)),
            _ => new(
                $"{projects.Length} projects were not restored, or not without errors, so their packages are not known: {Names(projects)}.",
                loaded.RestoreTargets(projects)),
        };
    }

    public static bool Covers(LoadFinding finding) => finding is { Remedy: Remedy.Restore, Path: not null };

    private static string Names(ImmutableArray<string> projects) =>
        string.Join(", ", projects.Take(MostNamed).Select(Path.GetFileNameWithoutExtension))
        + (projects.Length > MostNamed ? $" and {projects.Length - MostNamed} more" : "");
}
