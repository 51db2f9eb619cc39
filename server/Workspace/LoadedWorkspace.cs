using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Assistant.Workspace;

/// <summary>What one stage of loading has come to: the files on disk, without what is open in the editor.</summary>
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
}

/// <summary>One project for one target framework.</summary>
/// <param name="Name">The project file's name without its extension; at the level of framework the folder's name.</param>
/// <param name="Path">The project file; at the level of framework the folder.</param>
/// <param name="TargetFramework">As the project writes it, <c>net10.0</c>; empty where it is not known.</param>
/// <param name="OtherFrameworks">The target frameworks that the project has and that are not loaded.</param>
/// <param name="Degraded">References or generators are missing: errors in it may not be the user's.</param>
public sealed record ProjectState(
    ProjectId Id,
    string Name,
    string Path,
    string TargetFramework,
    ImmutableArray<string> OtherFrameworks,
    LoadLevel Level,
    bool Degraded,
    ImmutableArray<LoadFinding> Findings);

/// <summary>The user is to choose one of these files; the answer goes to <see cref="WorkspaceLoader.Choose"/>.</summary>
public sealed record SolutionQuestion(string Folder, ImmutableArray<string> Candidates);
