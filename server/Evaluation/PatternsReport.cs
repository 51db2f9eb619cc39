namespace Assistant.Evaluation;

/// <summary>What Patterns would have shown in one workspace.</summary>
/// <param name="Files">C# files in the index.</param>
/// <param name="Tokens">Tokens in the index.</param>
/// <param name="BuildMilliseconds">Reading through and sorting all files, one thread.</param>
/// <param name="IndexMegabytes">Managed memory that the index holds, after a full collection.</param>
/// <param name="CpuP95Milliseconds">CPU time of the whole process during an answer: what it costs where others do not take turns with it.</param>
/// <param name="UpdateP95Milliseconds">Taking one changed file in.</param>
/// <param name="Groups">Figures for the places after `=`, `(`, `.`, `return` and `new` together, for line starts, and for each kind.</param>
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

/// <summary>Figures for one group of places. All of what is shown is right, or it counts as wrong.</summary>
/// <param name="Positions">Places that were asked at.</param>
/// <param name="FiredShare">Share of the places at which something was shown.</param>
/// <param name="RightShare">Share of what was shown that is right.</param>
/// <param name="WholeLineShare">Share of what was shown that is right and is all of the line's rest.</param>
/// <param name="ShownTokens">C# tokens shown, on average where something is shown.</param>
/// <param name="ShownCharacters">UTF-16 units shown, likewise.</param>
/// <param name="Confidence">Mean of the confidence that was claimed: well calibrated if equal to the right share.</param>
public sealed record PatternsGroup(
    string Name,
    int Positions,
    double FiredShare,
    double RightShare,
    double WholeLineShare,
    double ShownTokens,
    double ShownCharacters,
    double Confidence);
