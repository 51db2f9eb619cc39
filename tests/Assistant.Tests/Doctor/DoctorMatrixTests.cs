using System.Collections.Concurrent;
using Assistant.Doctor;
using Assistant.ModelServers.Discovery;
using Assistant.Models;
using Assistant.Settings;
using Assistant.Tests.Matrix;
using Assistant.Tests.Models;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.Doctor;

/// <summary>
/// The doctor at every profile in every trouble of the matrix. The rows name the finding, or none for a healthy server.
/// </summary>
public sealed class DoctorMatrixTests
{
    private const int Together = 4;
    private const string Document = DoctorModel.HoleBefore + "first + second;" + DoctorModel.HoleAfter;

    private static readonly TimeSpan FirstByte = TimeSpan.FromSeconds(121);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(61);

    // A wrong answer may be the model's fault, so a warning is as right as none.
    private static readonly string[] Doubtful =
        [
            "no text, finish_reason stop", "the answer under the name for thoughts", "prompt too long: an empty answer",
            "prompt too long: cut without a word"
        ];

    public static TheoryData<string> Rows => [.. MatrixRows.Servers.Concat(MatrixRows.Answers).Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Findings(string name)
    {
        var row = MatrixRows.Servers.Concat(MatrixRows.Answers).Single(one => one.Name == name);
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Profiles.All.Where(profile => row.Only is not { } only || only.Profiles.Contains(profile)),
            new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = TestContext.Current.CancellationToken },
            async (profile, _) =>
            {
                if (Verdict(row, profile, await ExamineAsync(row, profile)) is { } otherwise)
                {
                    wrong.Add($"{profile}: {otherwise}");
                }
            });
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order(StringComparer.Ordinal)));
    }

    private static string? Verdict(MatrixRow row, string profile, List<DoctorFinding> findings)
    {
        var troubles = findings.Where(finding => finding.Severity >= DoctorSeverity.Warning).ToArray();
        var found = string.Join("; ", troubles.Select(finding => $"{finding.Code}: {finding.Message}"));
        if (troubles.Any(finding => finding.Fix.Length == 0))
        {
            return $"a finding without a fix: {found}";
        }
        if (row.Finding is null)
        {
            return Doubtful.Contains(row.Name) || troubles.Length == 0 ? null : $"nothing is wrong, and it found {found}";
        }
        // The doctor asks no model of a cloud, which may cost money, and loads none; mlx_lm.server has its own model, which is healthy.
        if ((Profiles.Cloud.Contains(profile) && findings.Any(finding => finding.Code == "model.notTried"))
            || (row.Unloaded && (Profiles.Mlx.Contains(profile) || troubles.Any(finding => finding.Code == "model.notLoaded"))))
        {
            return null;
        }
        string[] words =
        [
            row.Finding, .. Enum.GetValues<Call>().Select(call => row.For(profile, call)).OfType<Failure>().Select(failure => failure.Words)
        ];
        return troubles.Any(finding => words.Any(word => finding.Message.Contains(word, StringComparison.OrdinalIgnoreCase)))
            ? null
            : $"it was to find \"{row.Finding}\" and found {(found.Length == 0 ? "nothing" : found)}";
    }

    private static async Task<List<DoctorFinding>> ExamineAsync(MatrixRow row, string profile)
    {
        var clock = new HastyClock();
        var options = row.Play(MatrixModels.Of(profile, Call.Completion, row.Unloaded, withoutTools: false).Options with
        {
            Documents = [Document],
            ToolReply = ModelReply.Call("get_time", """{"zone":"Europe/Berlin"}"""),
            StrictFields = true,
        });
        await using var simulator = await Simulator.StartAsync(options);
        if (row.Dead)
        {
            await simulator.KillAsync();
        }
        var settings = AssistantSettings.Defaults with
        {
            Endpoints =
            [
                EndpointSettings.At("here", simulator.BaseUrl, apiKey: profile == "openai" ? "sk-simulated" : null) with
                {
                    FirstByteTimeout = FirstByte, IdleTimeout = Silence,
                },
            ],
        };
        using var servers = new ModelServices(settings, clock, NullLogger.Instance, NullAuditLog.Instance);
        var examining = Task.Run(async () =>
        {
            var findings = new List<DoctorFinding>();
            var doctor = new DoctorServers(servers, settings, [], new MachineFacts(new Dictionary<string, string>()), clock);
            await foreach (var finding in doctor.ExamineAsync(CancellationToken.None))
            {
                findings.Add(finding);
            }
            return findings;
        });
        // The clock advances after the first request to a model, and then at every timer.
        if (row.Timer != Matrix.Timer.None)
        {
            await Task.WhenAny(examining, simulator.Log.CompletionAsync(0));
            clock.Hurry(row.Timer switch
            {
                Matrix.Timer.FirstByte => FirstByte,
                Matrix.Timer.Silence => Silence,
                _ => FirstByte + EndpointSettings.DefaultLoadTimeout,
            });
        }
        return await examining.WaitAsync(Served.Guard, TimeProvider.System);
    }
}
