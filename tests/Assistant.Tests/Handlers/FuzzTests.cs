using System.Text.Json;
using Assistant.Basics;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Settings;
using Assistant.Tests.Fuzz;
using Assistant.Tests.Lsp;
using Microsoft.Extensions.Logging;
using ModelServerSimulator;

namespace Assistant.Tests.Handlers;

/// <summary>The real server under fuzzed input: afterwards a prompt still ends with the client's text.</summary>
public sealed class FuzzTests
{
    private const int MaxReplaced = 200;

    private int settingsSent;

    [Fact]
    public async Task Ten_thousand_messages_do_no_harm()
    {
        await using var simulator = await Simulator.StartAsync(
            new SimulatorOptions { Models = [new SimulatedModel("qwen2.5-coder-7b-instruct")] });
        using var log = new StringWriter();
        using var loggers = new LineLogger(TextWriter.Synchronized(log), LogLevel.Error, TimeProvider.System);
        var composition = new Composition(
            new Surroundings(new Dictionary<string, string>(), "/", TextWriter.Null, TextWriter.Null, TimeProvider.System));
        var sources = new SettingsSources(
            new Dictionary<string, string>(),
            CommandLine: new SettingsDocument
            {
                Endpoints = [new EndpointDocument { Name = "test", BaseUrl = simulator.BaseUrl.ToString() }],
            });
        var target = new FuzzTarget(
            (input, output) => composition.ServeAsync(
                new RpcConnection(input, output, loggers.CreateLogger("rpc")), sources, loggers, CancellationToken.None),
            FuzzSamples.All,
            (client, document) => StillRightAsync(client, document, simulator));
        try
        {
            await ProtocolFuzz.RunAsync(target, messages: 10_000, seed: 4);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"The server's log: {log}", failure);
        }
        Assert.Equal("", log.ToString());
    }

    private async Task StillRightAsync(TestClient client, FuzzDocument document, Simulator simulator)
    {
        // Damaged settings may have switched ghost text off, and known answers must not answer: new settings make the server forget them.
        using var settings = JsonDocument.Parse(
            $$"""
            {
              "assistant": {
                "completion": { "enabled": true, "disabledLanguages": [], "model": "", "patterns": false, "maxLines": {{++settingsSent}} }
              }
            }
            """);
        client.Notify(Methods.DidChangeConfiguration, new DidChangeConfigurationParams(settings.RootElement.Clone()));
        var (offset, position) = document.AnyPlace();
        var asked = simulator.Log.Completions.Count;
        var before = document.Text[..offset].ReplaceLineEndings("\n");
        // A query of the fuzz for another document may replace this one, so it is repeated; the fuzz has a limited number of them.
        for (var attempt = 0; attempt < MaxReplaced && !IsAsked(); attempt++)
        {
            await client.RequestAsync(
                Methods.InlineCompletion, new(new(FuzzDocument.Uri), position, new(InlineCompletionTriggerKind.Invoked)));
        }
        Assert.Contains(simulator.Log.Completions.Skip(asked), request => EndsAs(before, request.Prompt!));

        bool IsAsked() => simulator.Log.Completions.Skip(asked).Any(request => EndsAs(before, request.Prompt!));
    }

    /// <summary>
    /// True for a prompt that ends with the text, without a begun name and the blanks before it, which prompts leave out.
    /// </summary>
    private static bool EndsAs(string before, string prompt)
    {
        const string Middle = "<|fim_middle|>";
        var end = prompt[(prompt.LastIndexOf(Middle, StringComparison.Ordinal) + Middle.Length)..];
        var tail = end.Length > 100 ? end[^100..] : end;
        var at = before.LastIndexOf(tail, StringComparison.Ordinal);
        return at >= 0 && before[(at + tail.Length)..].Trim(' ', '\t', '.').All(c => char.IsLetterOrDigit(c) || c == '_');
    }
}
