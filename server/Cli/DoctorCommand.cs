using System.Text.Json;
using System.Text.Json.Serialization;
using Assistant.Doctor;

namespace Assistant.Cli;

/// <summary><c>assistant doctor</c>: checks everything that ghost text and chat need, and advises on fixes. It loads no model.</summary>
internal sealed class DoctorCommand(CommandServices services)
{
    /// <param name="folder">The workspace; full path.</param>
    /// <returns>The exit code: 1 if there is an error.</returns>
    public async Task<int> RunAsync(string folder, bool json, CancellationToken token)
    {
        var findings = new List<DoctorFinding>();
        await foreach (var finding in DoctorMachine.ExamineAsync(
            services.Loader, folder, services.Settings.Workspace.ProjectCode, services.Settings.Workspace.Solution,
            name => services.Machine.Variables.GetValueOrDefault(name), services.Clock, token))
        {
            await FoundAsync(finding);
        }
        var servers = new DoctorServers(services.Models, services.Settings, services.Warnings, services.Machine, services.Clock);
        await foreach (var finding in servers.ExamineAsync(token))
        {
            await FoundAsync(finding);
        }
        var errors = findings.Count(finding => finding.Severity == DoctorSeverity.Error);
        var warnings = findings.Count(finding => finding.Severity == DoctorSeverity.Warning);
        if (json)
        {
            await services.Output.WriteLineAsync(JsonSerializer.Serialize(
                new DoctorReport(errors == 0, [.. findings.Select(finding => new ReportedFinding(
                    finding.Code,
                    finding.Severity.ToString().ToLowerInvariant(),
                    finding.Subject,
                    finding.Message,
                    finding.Fix.Length > 0 ? finding.Fix : null))]),
                DoctorJson.Default.DoctorReport));
        }
        else
        {
            await services.Output.WriteLineAsync(errors + warnings == 0
                ? "Nothing is wrong."
                : $"{errors} error{(errors == 1 ? "" : "s")}, {warnings} warning{(warnings == 1 ? "" : "s")}.");
        }
        return errors == 0 ? 0 : 1;

        // Printed at once, since a check of a model that does not answer takes long.
        async Task FoundAsync(DoctorFinding finding)
        {
            findings.Add(finding);
            if (!json)
            {
                await services.Output.WriteLineAsync(
                    $"{finding.Severity.ToString().ToLowerInvariant(),-8} {finding.Subject}: {finding.Message}");
                if (finding.Fix.Length > 0)
                {
                    await services.Output.WriteLineAsync($"{"",-8} -> {finding.Fix}");
                }
            }
        }
    }
}

/// <summary>The output of <c>--json</c>; scripts rely on the names.</summary>
/// <param name="Ok">True if there is no error; there may be warnings.</param>
internal sealed record DoctorReport(bool Ok, IReadOnlyList<ReportedFinding> Findings);

/// <param name="Severity"><c>ok</c>, <c>note</c>, <c>warning</c> or <c>error</c>.</param>
internal sealed record ReportedFinding(string Code, string Severity, string Subject, string Message, string? Fix);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext;
