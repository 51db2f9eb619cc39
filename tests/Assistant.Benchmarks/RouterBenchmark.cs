using System.Diagnostics;
using Assistant.Completion;
using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Patterns;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Tests;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Benchmarks;

/// <summary>
/// A working day against a server that loads any requested model: the assistant must load no model without the user's request. One run
/// starts without a loaded model, one with a model that the user loaded by hand. The clock advances by an hour in pieces, so that all
/// cached values are requested again.
/// </summary>
internal static class RouterBenchmark
{
    private const int Keys = 500;
    private const int Chats = 20;
    private const int Lists = 60;
    private const int HealthChecks = 20;
    private const int Doctors = 10;

    private const string Typed =
        "        var orders = store.Orders.Where(order => order.Total > 100).OrderBy(order => order.Date).ToList();\n"
        + "        return orders.Count;\n";

    /// <param name="assistant">The built program, for the doctors.</param>
    /// <returns>The exit code: 1 after a load without a request.</returns>
    public static async Task<int> RunAsync(string engine, string model, string assistant, TextWriter output)
    {
        var failures = 0;
        foreach (var loaded in (string?[])[null, "coder-a"])
        {
            await using var server = await RouterServer.StartAsync(engine, model);
            if (loaded is not null)
            {
                await server.LoadAsync(loaded);
            }
            string[] asked = loaded is null ? [] : [loaded];
            await output.WriteLineAsync($"With {loaded ?? "no model"} loaded by hand:");
            await foreach (var did in DayAsync(server.BaseUrl, assistant))
            {
                var unasked = !server.Loads.SequenceEqual(asked);
                failures += unasked ? 1 : 0;
                var loads = server.Loads.Count == 0 ? "none" : string.Join(", ", server.Loads);
                await output.WriteLineAsync($"  {did}; loads so far: {loads}{(unasked ? "  <- UNASKED" : "")}");
            }
        }
        await output.WriteLineAsync(
            failures == 0
                ? "Nothing was loaded that the user did not ask for."
                : $"{failures} steps after which something was loaded unasked.");
        return failures == 0 ? 0 : 1;
    }

    private static async IAsyncEnumerable<string> DayAsync(Uri url, string assistant)
    {
        var clock = new MovableClock();
        var settings = AssistantSettings.Defaults with { Endpoints = [EndpointSettings.At("router", url)] };
        using var servers = new ModelServices(settings, clock, NullLogger.Instance, NullAuditLog.Instance);
        var completion = new InlineCompletion(
            servers.Router, servers.Fim, servers.Scheduler, new PatternIndex(), new NoVerifier(), clock,
            NullLogger<InlineCompletion>.Instance);

        yield return $"{Keys} keystrokes: {await TypeAsync(completion, settings.Completion, clock)} answers by the model";
        yield return $"{Chats} chats: {await ChatAsync(servers, clock)} answered";
        for (var list = 0; list < Lists; list++)
        {
            await servers.Management.ListAsync(CancellationToken.None);
            clock.MoveOn(TimeSpan.FromMinutes(0.2));
        }
        yield return $"{Lists} lists";
        var up = 0;
        for (var check = 0; check < HealthChecks; check++)
        {
            // The clock advances beyond the age of cached values, so that each step asks the server.
            clock.MoveOn(TimeSpan.FromMinutes(1.5));
            up += (await servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None)).Status.State == ModelState.Up ? 1 : 0;
        }
        yield return $"{HealthChecks} health checks: {up} times up";
        // In a folder without a solution, the doctor examines the server only.
        var nowhere = Directory.CreateTempSubdirectory("assistant-router-");
        for (var doctor = 0; doctor < Doctors; doctor++)
        {
            await DoctorAsync(assistant, url, nowhere.FullName);
        }
        nowhere.Delete();
        yield return $"{Doctors} doctors";
    }

    private static async Task<int> TypeAsync(InlineCompletion completion, CompletionSettings settings, MovableClock clock)
    {
        var answers = 0;
        var before = "class Report\n{\n    int Count(Store store)\n    {\n";
        CancellationTokenSource? last = null;
        Task<CompletionAnswer>? waiting = null;
        for (var key = 0; key < Keys; key++)
        {
            before += Typed[key % Typed.Length];
            last?.Cancel();
            answers += await AnsweredAsync(waiting);
            last?.Dispose();
            last = new CancellationTokenSource();
            var query = Chaos.QueryOf("file:///Report.cs", key, before + "    }\n}\n", before.Length, CompletionTrigger.Automatic);
            completion.Edited(query.Uri, Microsoft.CodeAnalysis.Text.SourceText.From(before + "    }\n}\n"));
            waiting = completion.SuggestAsync(query, settings, last.Token);
            // The system's clock paces the keys: 25 ms each, and after every twenty keys a pause that suffices for an answer.
            await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromMilliseconds(key % 20 == 19 ? 3000 : 25), TimeProvider.System));
            if (key % 50 == 49)
            {
                clock.MoveOn(TimeSpan.FromMinutes(1.5));
            }
        }
        last?.Cancel();
        answers += await AnsweredAsync(waiting);
        last?.Dispose();
        return answers;
    }

    private static async Task<int> AnsweredAsync(Task<CompletionAnswer>? waiting)
    {
        try
        {
            return waiting is not null && await waiting is Suggestion { Source.Engine: Engine.Model } ? 1 : 0;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    private static async Task<int> ChatAsync(ModelServices servers, MovableClock clock)
    {
        var answered = 0;
        for (var chat = 0; chat < Chats; chat++)
        {
            try
            {
                var reply = await servers.Chat(ModelTask.ChatCoding).GetResponseAsync(
                    [new ChatMessage(ChatRole.User, $"Name one C# keyword, the {chat + 1}. that you know.")],
                    new ChatOptions { MaxOutputTokens = 8 });
                answered += reply.Text.Length > 0 ? 1 : 0;
            }
            catch (ModelServerException)
            {
                // Without a loaded model, this is the expected answer.
            }
            clock.MoveOn(TimeSpan.FromMinutes(0.3));
        }
        return answered;
    }

    private static async Task DoctorAsync(string assistant, Uri url, string folder)
    {
        var start = new ProcessStartInfo(assistant, ["doctor", "--endpoint", url.ToString(), "--json"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        using var process = Process.Start(start)!;
        var json = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode is not (0 or 1) || json.Length == 0)
        {
            throw new InvalidOperationException($"{assistant} doctor ended with {process.ExitCode} and said: {json}");
        }
    }
}
