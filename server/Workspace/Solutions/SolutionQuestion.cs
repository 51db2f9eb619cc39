using System.Collections.Immutable;

namespace Assistant.Workspace.Solutions;

/// <summary>The user is to choose one of these files; the answer goes to <c>WorkspaceLoader.Choose</c>.</summary>
public sealed record SolutionQuestion(string Folder, ImmutableArray<string> Candidates);
