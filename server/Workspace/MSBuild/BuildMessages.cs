using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Assistant.Workspace.Status;

namespace Assistant.Workspace.MSBuild;

/// <summary>Turns msbuild's error lines into findings: one per project and kind, with the text of the first message.</summary>
internal sealed partial class BuildMessages
{
    private readonly Dictionary<(FindingKind Kind, string? Project), (LoadFinding First, int More)> findings = [];

    public ImmutableArray<LoadFinding> Findings =>
        [.. findings.Values.Select(finding => finding.More == 0
            ? finding.First
            : finding.First with { Message = $"{finding.First.Message} (and {finding.More} more)" })];

    /// <summary>Reads one line of msbuild's output; lines that report no error are ignored.</summary>
    public void Read(string line)
    {
        if (ErrorLine().Match(line) is not { Success: true } match)
        {
            return;
        }
        var (kind, remedy) = Kind(match.Groups["code"].Value);
        var place = match.Groups["place"].Value.Trim();
        var project = match.Groups["project"].Value is { Length: > 0 } named && IsProject(named) ? named : IsProject(place) ? place : null;
        var message = Message(kind, match.Groups["code"].Value, match.Groups["text"].Value.Trim(), project);
        var finding = new LoadFinding(kind, message, remedy, project);
        findings[(kind, project)] = findings.TryGetValue((kind, project), out var known)
            ? known.First.Message == finding.Message ? known : (known.First, known.More + 1)
            : (finding, 0);
    }

    private static (FindingKind, Remedy) Kind(string code) => code switch
    {
        // No project.assets.json.
        "NETSDK1004" => (FindingKind.NotRestored, Remedy.Restore),
        // The assets file is for other frameworks or runtimes, or names packages that are not on disk.
        "NETSDK1005" or "NETSDK1047" or "NETSDK1064" => (FindingKind.RestoreFailed, Remedy.Restore),
        _ when code.StartsWith("NU", StringComparison.Ordinal) => (FindingKind.RestoreFailed, Remedy.Restore),
        // A framework newer than the SDK; no SDK of the version in global.json; a project SDK that is not found; a missing workload.
        "NETSDK1045" or "NETSDK1141" or "NETSDK1147" or "NETSDK1208" or "NETSDK1209" or "MSB4236" => (FindingKind.NoSdk, Remedy.InstallSdk),
        // The reference assemblies of a .NET Framework.
        "MSB3644" or "MSB3971" => (FindingKind.MissingReferences, Remedy.None),
        _ when code.StartsWith("MSB4", StringComparison.Ordinal) || code.StartsWith("MSB5", StringComparison.Ordinal) =>
            (FindingKind.BrokenProject, Remedy.None),
        _ => (FindingKind.BuildError, Remedy.None),
    };

    private static string Message(FindingKind kind, string code, string text, string? project)
    {
        var name = project is null ? "The solution" : Path.GetFileName(project);
        return kind switch
        {
            FindingKind.NotRestored => $"{name} was never restored, so its packages are unknown.",
            FindingKind.RestoreFailed => $"{name} was not restored without errors: {text} ({code})",
            FindingKind.NoSdk => $"{name} needs an SDK that is not installed: {text} ({code})",
            FindingKind.BrokenProject => $"{name} cannot be evaluated: {text} ({code})",
            _ => $"{name}: {text} ({code})",
        };
    }

    private static bool IsProject(string path) => path.EndsWith("proj", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>place(12,3): error CODE: text [project::TargetFramework=…]</c>; the place and the brackets may be missing.</summary>
    [GeneratedRegex(
        @"^\s*(?:\d+>)?(?<place>.*?)\s*(?:\([\d,-]+\))?\s*:\s*(?:\w+ )?error (?<code>[A-Z]+\d+)\s*:"
        + @"\s*(?<text>.*?)(?:\s*\[(?<project>[^\]\[]*?)(?:::[^\]]*)?\])?\s*$")]
    private static partial Regex ErrorLine();
}
