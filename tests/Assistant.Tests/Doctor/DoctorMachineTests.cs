using System.Text.Json;
using Assistant.Cli;
using Assistant.Doctor;
using Assistant.Tests.Models;
using Assistant.Tests.Workspace;
using ModelServerSimulator;

namespace Assistant.Tests.Doctor;

public sealed class DoctorMachineTests
{
    [Theory]
    [InlineData("none", true, "Note solution.noProject")]
    [InlineData("broken", true, "Error solution.brokenProject")]
    [InlineData("unrestored", true, "Error solution.notRestored")]
    [InlineData("unrestored", false, "Note solution.notTrusted")]
    public async Task The_problem_of_a_solution_is_found(string fixture, bool trusted, string expected)
    {
        using var folder = WorkspaceFolder.Of(fixture);
        var findings = await ExamineAsync(folder, trusted, Environment.GetEnvironmentVariable);
        Assert.Contains(expected, findings.Select(finding => $"{finding.Severity} {finding.Code}"));
        Assert.Contains(findings, finding => finding is { Code: "sdk", Severity: DoctorSeverity.Ok });
        Assert.All(
            findings.Where(finding => finding.Code == "solution.notRestored"), finding => Assert.Contains("dotnet restore", finding.Fix));
    }

    [Fact]
    public async Task Scripts_get_an_exit_code_and_JSON()
    {
        using var folder = new WorkspaceFolder();
        await using var simulator = await Simulator.StartAsync(Served.Options("lmstudio-0.4") with { Fault = Fault.NoModelsLoaded });
        var (code, output) = await RunAsync($"doctor --json --workspace {folder.Root} --endpoint {simulator.BaseUrl}");
        Assert.Equal(1, code);
        using var json = JsonDocument.Parse(output);
        Assert.False(json.RootElement.GetProperty("ok").GetBoolean());
        var finding = json.RootElement.GetProperty("findings").EnumerateArray().Single(
            one => one.GetProperty("code").GetString() == "completion.none");
        Assert.Equal("error", finding.GetProperty("severity").GetString());
        Assert.Contains("Load a code model", finding.GetProperty("fix").GetString());

        simulator.Options = simulator.Options with { Fault = Fault.None };
        Assert.Equal(0, (await RunAsync($"doctor --workspace {folder.Root} --endpoint {simulator.BaseUrl}")).Code);
    }

    private static async Task<List<DoctorFinding>> ExamineAsync(WorkspaceFolder folder, bool trusted, Func<string, string?> variable)
    {
        var findings = new List<DoctorFinding>();
        var examined = DoctorMachine.ExamineAsync(
            folder.Loader, folder.Root, trusted, solution: null, variable, TimeProvider.System, CancellationToken.None);
        await foreach (var finding in examined)
        {
            findings.Add(finding);
        }
        return findings;
    }

    private static async Task<(int Code, string Output)> RunAsync(string arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var variables = new Dictionary<string, string>
        {
            ["XDG_CONFIG_HOME"] = "/nowhere",
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "",
        };
        var surroundings = new Surroundings(variables, "/", output, TextWriter.Null, TimeProvider.System);
        var code = await new CommandLine(new Composition(surroundings)).RunAsync(
            arguments.Split(' '), TestContext.Current.CancellationToken);
        return (code, output.ToString());
    }
}
