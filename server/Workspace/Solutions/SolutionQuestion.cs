using System.Collections.Immutable;

namespace Assistant.Workspace.Solutions;

/// <summary>Asks the user to choose one of these files; <c>WorkspaceLoader.Choose</c> takes the answer.</summary>
public sealed record SolutionQuestion(string Folder, ImmutableArray<string> Candidates);
