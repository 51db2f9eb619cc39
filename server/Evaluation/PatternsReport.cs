namespace Assistant.Evaluation;

/// <summary>The measured suggestions of Patterns in one workspace.</summary>
/// <param name="Files">C# files in the index.</param>
/// <param name="Tokens">Tokens in the index.</param>
/// <param name="BuildMilliseconds">Time to index all files, on one thread.</param>
/// <param name="IndexMegabytes">Managed memory of the index, after a full collection.</param>
/// <param name="CpuP95Milliseconds">CPU time of the whole process during an answer, which other processes do not influence.</param>
/// <param name="UpdateP95Milliseconds">Time to index one changed file.</param>
/// <param name="Groups">Figures for the places after `=`, `(`, `.`, `return` and `new` together, and for each kind.</param>
public sealed record PatternsReport(
    string Workspace,
    int Files,
    int Tokens,
    double BuildMilliseconds,
    double BuildCpuMilliseconds,
    double IndexMegabytes,
    double UpdateP95Milliseconds,
    double P50Milliseconds,
    double P95Milliseconds,
    double LongestMilliseconds,
    double CpuP50Milliseconds,
    double CpuP95Milliseconds,
    IReadOnlyList<PatternsGroup> Groups);

/// <summary>Figures for one group of places. A suggestion counts as right only if all of it is right.</summary>
/// <param name="Positions">The number of tested places.</param>
/// <param name="FiredShare">Share of the places with a suggestion.</param>
/// <param name="RightShare">Share of the suggestions that are right.</param>
/// <param name="WholeLineShare">Share of the suggestions that are right and complete the line.</param>
/// <param name="ShownTokens">C# tokens per suggestion, on average.</param>
/// <param name="ShownCharacters">UTF-16 units per suggestion, on average.</param>
/// <param name="Confidence">Mean confidence of the suggestions; calibrated if equal to the right share.</param>
public sealed record PatternsGroup(
    string Name,
    int Positions,
    double FiredShare,
    double RightShare,
    double WholeLineShare,
    double ShownTokens,
    double ShownCharacters,
    double Confidence);
