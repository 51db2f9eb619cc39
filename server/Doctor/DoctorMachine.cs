using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Assistant.Workspace.Loading;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Status;

namespace Assistant.Doctor;

/// <summary>Checks runtime and SDK, and whether the solution is found, restored and loads.</summary>
internal static class DoctorMachine
{
    /// <param name="trusted">False: no code of the folder is executed, so projects are not loaded.</param>
    /// <param name="variable">Reads an environment variable.</param>
    public static async IAsyncEnumerable<DoctorFinding> ExamineAsync(
        WorkspaceLoader loader,
        string folder,
        bool trusted,
        string? solution,
        Func<string, string?> variable,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken token)
    {
        yield return new DoctorFinding("runtime", DoctorSeverity.Ok, "machine",
            $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}.");
        var host = DotnetHost.Find(variable);
        yield return host is null
            ? new DoctorFinding("sdk.none", DoctorSeverity.Error, "machine", "There is no .NET SDK, so projects cannot be loaded.",
                "Install one from https://dot.net, or put its dotnet on PATH.")
            : new DoctorFinding("sdk", DoctorSeverity.Ok, "machine", $".NET SDK {string.Join(", ", host.Sdks)} in {host.Root}.");
        await foreach (var finding in SolutionAsync(loader, folder, trusted, solution, clock, token))
        {
            yield return finding;
        }
    }

    private static async IAsyncEnumerable<DoctorFinding> SolutionAsync(
        WorkspaceLoader loader,
        string folder,
        bool trusted,
        string? solution,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken token)
    {
        var request = new LoadRequest([folder], trusted, () => [], MayAsk: false, LoadLevel.Projects, solution);
        var (loaded, timedOut) = await TimedLoad.RunAsync(loader, request, clock, token);
        if (timedOut)
        {
            yield return new DoctorFinding("solution.slow", DoctorSeverity.Warning, folder,
                $"Loading took more than {TimedLoad.Limit.TotalSeconds:0} s and ended at level "
                + $"{loaded.Level.ToString().ToLowerInvariant()}.",
                "Build the solution once with dotnet build, or name a smaller one in workspace.solution.");
        }
        foreach (var finding in loaded.AllFindings)
        {
            yield return Of(finding, folder);
        }
        if (loaded.Level == LoadLevel.Projects && !loaded.AllFindings.Any())
        {
            yield return new DoctorFinding("solution", DoctorSeverity.Ok, folder,
                $"{loaded.Projects.Length} project{(loaded.Projects.Length == 1 ? "" : "s")} loaded.");
        }
    }

    private static DoctorFinding Of(LoadFinding finding, string folder) => new(
        $"solution.{JsonNamingPolicy.CamelCase.ConvertName(finding.Kind.ToString())}",
        finding.Kind switch
        {
            FindingKind.NoSdk or FindingKind.NotRestored or FindingKind.RestoreFailed or FindingKind.BrokenProject
                or FindingKind.MissingReferences => DoctorSeverity.Error,
            FindingKind.NoProject or FindingKind.NotTrusted or FindingKind.NotCSharp or FindingKind.UnsupportedFiles => DoctorSeverity.Note,
            _ => DoctorSeverity.Warning,
        },
        finding.Path ?? folder,
        finding.Message,
        finding.Remedy switch
        {
            Remedy.Restore => "Run dotnet restore there.",
            Remedy.InstallSdk => "Install the required .NET SDK from https://dot.net.",
            Remedy.Trust => "Omit --no-project-code if you trust the workspace.",
            Remedy.ChooseSolution => "Set workspace.solution to one of them.",
            _ => finding.Kind == FindingKind.NoProject ? "Name another folder with --workspace." : "",
        });
}
