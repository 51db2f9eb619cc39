using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assistant.Evaluation;

/// <summary>Prints a report: one JSON document, or lines of text.</summary>
public static class PatternsReportText
{
    public static void Write(PatternsReport report, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(report, PatternsReportJson.Default.PatternsReport));
            return;
        }
        output.WriteLine($"{report.Workspace}: {report.Files} files, {report.Tokens} tokens, "
            + $"built in {report.BuildMilliseconds:F0} ms ({report.BuildCpuMilliseconds:F0} ms of CPU), "
            + $"{report.IndexMegabytes:F1} MB; an update takes {report.UpdateP95Milliseconds:F2} ms (p95)");
        output.WriteLine($"  an answer takes {report.P50Milliseconds:F2} ms (p50), {report.P95Milliseconds:F2} ms (p95), "
            + $"{report.LongestMilliseconds:F1} ms at most; "
            + $"of CPU {report.CpuP50Milliseconds:F2} and {report.CpuP95Milliseconds:F2} ms");
        output.WriteLine(
            $"  {"places",-14} {"asked",6} {"shown",8} {"right",8} {"whole line",11} {"tokens",7} {"letters",8} {"claimed",8}");
        foreach (var group in report.Groups)
        {
            output.WriteLine($"  {group.Name,-14} {group.Positions,6} "
                + $"{group.FiredShare,8:P1} {group.RightShare,8:P1} {group.WholeLineShare,11:P1} "
                + $"{group.ShownTokens,7:F1} {group.ShownCharacters,8:F1} {group.Confidence,8:P1}");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PatternsReport))]
internal sealed partial class PatternsReportJson : JsonSerializerContext;
