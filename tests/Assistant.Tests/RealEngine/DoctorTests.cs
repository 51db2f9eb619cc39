using Assistant.Doctor;
using Assistant.ModelServers.Discovery;
using Assistant.Models;
using Assistant.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.RealEngine;

/// <summary>The doctor at a real llama-server. The expected findings were written before the first run.</summary>
[Trait("Category", "RealEngine")]
[Collection("real engine")]
public sealed class DoctorTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_healthy_server_has_no_errors()
    {
        await using var engine = await LlamaServer.StartAsync();
        var findings = await ExamineAsync(EndpointSettings.At("real", engine.BaseUrl));
        Assert.DoesNotContain(findings, finding => finding.Severity == DoctorSeverity.Error);
        Assert.Contains(
            findings,
            finding => finding is { Code: "model", Severity: DoctorSeverity.Ok }
                && finding.Message.Contains("qwen2.5-coder", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding is { Code: "fim.answer", Severity: DoctorSeverity.Ok });
        // The 0.5B model calls no tool natively, but does where a schema enforces the call.
        Assert.Contains(findings, finding => finding is { Code: "tools.streamed", Severity: DoctorSeverity.Ok or DoctorSeverity.Note });
        Assert.Contains(findings, finding => finding is { Code: "tools.whole", Severity: DoctorSeverity.Ok or DoctorSeverity.Note });
    }

    [Fact]
    public async Task A_context_that_is_too_small_and_a_wrong_path_are_found()
    {
        await using var engine = await LlamaServer.StartAsync(contextTokens: 1024);
        Assert.Contains(
            await ExamineAsync(EndpointSettings.At("real", engine.BaseUrl)),
            finding => finding is { Code: "context.small", Severity: DoctorSeverity.Error });
        var wrong = await ExamineAsync(EndpointSettings.At("real", new Uri($"http://127.0.0.1:{engine.Port}/api/")));
        Assert.Contains(
            wrong,
            finding => finding is { Code: "server.basePath", Severity: DoctorSeverity.Error }
                && finding.Fix.Contains("/v1", StringComparison.Ordinal));
    }

    private static async Task<List<DoctorFinding>> ExamineAsync(EndpointSettings endpoint)
    {
        var settings = AssistantSettings.Defaults with { Endpoints = [endpoint] };
        using var servers = new ModelServices(settings, TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance);
        using var guard = new CancellationTokenSource(Guard);
        var findings = new List<DoctorFinding>();
        var doctor = new DoctorServers(servers, settings, [], new MachineFacts(new Dictionary<string, string>()), TimeProvider.System);
        await foreach (var finding in doctor.ExamineAsync(guard.Token))
        {
            findings.Add(finding);
        }
        return findings;
    }
}
