using Assistant.Models;
using Assistant.Settings;
using Assistant.Tests.Models;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.Matrix;

/// <summary>Plays one cell: one call through the model layer to a server of a kind with a trouble.</summary>
internal static class MatrixPlay
{
    public const string Thought = "Let me see.";
    public const string ChatAnswer = "Grüße: it adds two numbers. 👋";

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstByte = TimeSpan.FromSeconds(121);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(61);

    /// <summary>Null for a cell that is as its row says, or cannot occur; else the difference.</summary>
    public static async Task<string?> CheckAsync(MatrixRow row, string profile, Call call)
    {
        var expected = row.For(profile, call);
        if (expected is Impossible)
        {
            return null;
        }
        string? wrong;
        try
        {
            wrong = Verdict(expected, row, call, await PlayAsync(row, profile, call));
        }
        catch (TimeoutException)
        {
            wrong = "hangs";
        }
        return wrong is null ? null : $"{profile} {call}: {wrong}; expected {expected}";
    }

    private static async Task<Outcome> PlayAsync(MatrixRow row, string profile, Call call)
    {
        var clock = new HastyClock();
        var models = MatrixModels.Of(profile, call, row.Unloaded, row.WithoutTools);
        var well = models.Options with
        {
            ChatReply = ChatAnswer,
            ToolReply = new ModelReply { Calls = [.. Enumerable.Repeat(MatrixCalls.Wanted, row.TwoCalls ? 2 : 1)] },
            StrictFields = true,
        };
        var ill = row.Play(well);
        await using var simulator = await Simulator.StartAsync(row.Later ? well : ill);
        if (row.Dead)
        {
            await simulator.KillAsync();
        }
        var endpoint = EndpointSettings.At("here", simulator.BaseUrl, apiKey: profile == "openai" ? "sk-simulated" : null) with
        {
            FirstByteTimeout = FirstByte, IdleTimeout = Silence,
        };
        using var servers = new ModelServices(AssistantSettings.Defaults with
        {
            Endpoints = [endpoint],
            Completion = AssistantSettings.Defaults.Completion with { Model = row.Unloaded ? models.Named : null },
        }, clock, NullLogger.Instance, NullAuditLog.Instance);
        if (row.Later)
        {
            await servers.Router.RouteAsync(MatrixCalls.TaskOf(call), CancellationToken.None).WaitAsync(Guard, TimeProvider.System);
            simulator.Options = ill;
        }
        var asking = Task.Run(() => MatrixCalls.AskAsync(servers, call, row.Unloaded || row.Named ? models.Named : null));
        await (row.Timer switch
        {
            Timer.FirstByte or Timer.Standstill => HurryAsync(
                () => simulator.Log.All.Any(request => request.IsCompletion || request.IsEmbeddings)),
            Timer.Silence => HurryAsync(() => simulator.Log.Completions.Any(request => request.TokensProduced > ill.FaultAfterTokens)),
            _ => Task.CompletedTask,
        });
        var outcome = await asking.WaitAsync(Guard, TimeProvider.System);
        return outcome with { Breaches = simulator.Log.Breaches(profile) };

        // The clock advances after the server has reached its trouble.
        async Task HurryAsync(Func<bool> come)
        {
            await Task.WhenAny(asking, simulator.Log.WhenAsync(come));
            clock.Hurry(
                row.Timer == Timer.Standstill ? endpoint.LoadTimeout + FirstByte
                    : row.For(profile, call) is Failure { Words: "(Idle)" } ? Silence
                    : FirstByte);
        }
    }

    private static string? Verdict(Expected expected, MatrixRow row, Call call, Outcome outcome)
    {
        if (outcome.Breaches.Count > 0)
        {
            return string.Join(", ", outcome.Breaches);
        }
        var right = call switch { Call.Completion => Served.Answer, Call.Chat => ChatAnswer, _ => "" };
        if (expected is Failure failure)
        {
            return outcome.Error is null ? $"no error but {outcome}"
                : !Holds(outcome.Error.Message, failure.Words) ? $"other words: {outcome.Error.Message}"
                : !Holds(outcome.Error.Remedy, failure.Remedy) ? $"another remedy: {outcome.Error.Remedy}"
                : !right.StartsWith(outcome.Text, StringComparison.Ordinal) ? $"shown before the error: {outcome.Text}"
                : null;
        }
        if (outcome.Error is { } error)
        {
            return $"{error.Fault}: {error.Message} → {error.Remedy}";
        }
        var calls = call != Call.Tools ? "" : expected switch
        {
            RightAnswer => string.Join('\n', Enumerable.Repeat(MatrixCalls.WantedText, row.TwoCalls ? 2 : 1)),
            CallWithError => $"{MatrixCalls.Wanted.Name}!",
            _ => "",
        };
        return expected switch
        {
            RightAnswer or CallWithError => Differs(right, outcome.Text, "text") ?? Differs(calls, outcome.Calls, "calls")
                ?? Differs(row.ThinksAloud && call == Call.Chat ? Thought : "", row.ThinksAloud ? outcome.Thoughts : "", "thoughts")
                ?? Differs(call == Call.Embeddings ? "2" : "0", $"{outcome.Vectors}", "vectors"),
            EmptyAnswer => Differs("", outcome.Text + outcome.Calls, "text"),
            OnlyThoughts => Differs("", outcome.Text, "text") ?? Differs(right, outcome.Thoughts, "thoughts"),
            // The markers in the text are cut, and its length is limited.
            TheServersText => outcome.Text.Trim().Length > 5 && Brain.Garbage.Contains(outcome.Text.Trim(), StringComparison.Ordinal)
                ? null
                : $"text «{outcome.Text}»",
            _ => throw new InvalidOperationException($"{expected} has no check."),
        };
    }

    private static bool Holds(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static string? Differs(string expected, string actual, string what) =>
        expected == actual ? null : $"{what} «{actual}» instead of «{expected}»";
}
