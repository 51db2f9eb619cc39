using Assistant.Doctor;
using Assistant.ModelServers.Discovery;
using Assistant.Models;
using Assistant.Settings;
using Assistant.Tests.Models;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.Doctor;

public sealed class DoctorTests
{
    private const string Document = DoctorModel.HoleBefore + "first + second;" + DoctorModel.HoleAfter;

    public static TheoryData<string> Rows => [.. DoctorRows.All.Select(row => row.ToString())];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_doctor_finds_the_problem(string name)
    {
        var row = DoctorRows.All.Single(row => row.ToString() == name);
        await using var simulator = await Simulator.StartAsync(Options(row));
        simulator.Options = simulator.Options with { Fault = row.Fault };
        var clock = row.Waits ? new FakeClock() : TimeProvider.System;
        var url = new UriBuilder(simulator.BaseUrl) { Path = row.Path }.Uri;
        var examining = ExamineAsync(EndpointSettings.At("here", url, apiKey: row.Key), clock);
        if (row.Waits)
        {
            await simulator.Log.CompletionAsync(0);
            ((FakeClock)clock).Advance(EndpointSettings.DefaultFirstByteTimeout + TimeSpan.FromSeconds(1));
        }
        var findings = await examining.WaitAsync(Served.Guard, TimeProvider.System);

        Assert.Equal(row.Expected, string.Join("; ", Wrong(findings)));
        Assert.All(findings.Where(finding => finding.Severity >= DoctorSeverity.Warning), finding => Assert.NotEmpty(finding.Fix));
        // The doctor loaded no model.
        if (row.Expected.Contains("model.notLoaded", StringComparison.Ordinal))
        {
            Assert.Empty(simulator.Log.Completions);
        }
        Assert.DoesNotContain(
            simulator.Log.All,
            request =>
                request.Path.Contains("load", StringComparison.Ordinal) || request.Path.Contains("props?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_machine_without_servers_is_one_error_with_a_remedy()
    {
        await using var gone = await Served.StartAsync(Served.Options("llamacpp"));
        await gone.Simulator.KillAsync();
        var findings = await ExamineAsync(gone.Endpoint with { Discovered = true }, TimeProvider.System);
        Assert.Equal(["Error server.none"], Wrong(findings));
        Assert.Contains("LM Studio", findings[^1].Fix);
    }

    [Fact]
    public async Task A_configured_server_that_is_gone_is_an_error_with_its_address()
    {
        await using var gone = await Served.StartAsync(Served.Options("llamacpp"));
        await gone.Simulator.KillAsync();
        var findings = await ExamineAsync(gone.Endpoint, TimeProvider.System);
        Assert.Equal(["Error server.down"], Wrong(findings));
        Assert.Contains($"{gone.Endpoint.BaseUrl.Port}", findings[^1].Fix);
    }

    [Fact]
    public async Task A_remote_server_without_permission_is_not_asked()
    {
        await using var simulator = await Simulator.StartAsync(Served.Options("vllm"));
        var findings = await ExamineAsync(EndpointSettings.At("here", simulator.BaseUrl) with { Local = false }, TimeProvider.System);
        Assert.Contains(findings, finding => finding is { Code: "remote.notAllowed", Severity: DoctorSeverity.Note });
        Assert.Empty(simulator.Log.Completions);
    }

    [Fact]
    public async Task Wrong_settings_are_a_warning()
    {
        await using var simulator = await Simulator.StartAsync(Options(new DoctorRow("vllm", Fault.None, "")));
        var findings = await ExamineAsync(
            EndpointSettings.At("here", simulator.BaseUrl), TimeProvider.System, ["completion.maxLines is 0."]);
        Assert.Equal(["Warning settings"], Wrong(findings));
    }

    private static async Task<List<DoctorFinding>> ExamineAsync(EndpointSettings endpoint, TimeProvider clock, string[]? warnings = null)
    {
        var settings = AssistantSettings.Defaults with { Endpoints = [endpoint] };
        using var servers = new ModelServices(settings, clock, NullLogger.Instance, NullAuditLog.Instance);
        var findings = new List<DoctorFinding>();
        var machine = new MachineFacts(new Dictionary<string, string>());
        var doctor = new DoctorServers(servers, settings, warnings ?? [], machine, clock);
        await foreach (var finding in doctor.ExamineAsync(CancellationToken.None))
        {
            findings.Add(finding);
        }
        return findings;
    }

    private static string[] Wrong(IEnumerable<DoctorFinding> findings) =>
        [.. findings.Where(finding => finding.Severity >= DoctorSeverity.Warning).Select(finding => $"{finding.Severity} {finding.Code}")];

    private static SimulatorOptions Options(DoctorRow row)
    {
        var options = new SimulatorOptions
        {
            Profile = row.Profile,
            Documents = row.KnowsTheHole ? [Document] : [],
            AfterTheHole = AfterTheHole.End,
            ApiKey = row.Key,
            ToolReply = row.CallsTools ? ModelReply.Call("get_time", """{"zone":"Europe/Berlin"}""") : null,
        };
        var isMlx = row.Profile.StartsWith("mlx", StringComparison.Ordinal);
        var name = row.Model ?? (isMlx ? "mlx-community/Qwen2.5-Coder-7B-4bit" : "qwen2.5-coder-7b-instruct");
        var model = new SimulatedModel(name, row.Format);
        model = row.ContextTokens is { } tokens ? model with { ContextTokens = tokens } : model;
        return row.Profile is "llamacpp-router" or "openai" ? options
            : options with { Models = row.Embedding ? [model, new SimulatedModel("nomic-embed-text")] : [model] };
    }
}
