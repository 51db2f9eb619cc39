using Assistant.Inference.Clients;
using Assistant.Inference.ToolCalls;
using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Settings;
using Assistant.Tests;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Benchmarks;

/// <summary>
/// Counts the answers of a real model that call the right tool with valid arguments: <c>tools --endpoint URL [--way native|schema|prompt]
/// [--key ENVIRONMENT-VARIABLE]</c>. The loaded model gets each question once, at temperature 0, through the model layer's services.
/// </summary>
internal static class ToolsBenchmark
{
    private const int MaxTokens = 256;
    private const string System = "You are the assistant of a C# developer. You work on the solution that is open in the editor.";

    public static async Task<int> RunAsync(Uri endpoint, ToolCallMode? way, string? key, TextWriter report)
    {
        var settings = EndpointSettings.At("measured", endpoint, apiKey: key);
        using var servers = new ModelServices(
            AssistantSettings.Defaults with { Endpoints = [settings],
                Privacy = AssistantSettings.Defaults.Privacy with { AllowRemote = [settings.Name] } },
            TimeProvider.System,
            NullLogger.Instance, NullAuditLog.Instance);
        var chat = servers.Chat(ModelTask.ChatCoding);
        var (right, fitting, wrong, text, malformed, cut) = (0, 0, 0, 0, 0, 0);
        foreach (var (tool, question) in ToolQuestions.All)
        {
            var options = new ChatOptions { Tools = ToolQuestions.Tools, Temperature = 0, MaxOutputTokens = MaxTokens };
            if (way is { } forced)
            {
                options.AdditionalProperties = new AdditionalPropertiesDictionary { [WireOptions.ToolCallMode] = forced };
            }
            var started = TimeProvider.System.GetTimestamp();
            var answer =
                await chat.GetResponseAsync([new ChatMessage(ChatRole.System, System), new ChatMessage(ChatRole.User, question)], options);
            var calls = answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToArray();
            cut += answer.FinishReason == ChatFinishReason.Length ? 1 : 0;
            malformed += calls.Any(call => call.Exception is not null) ? 1 : 0;
            var verdict = calls switch
            {
                [] => "text",
                [var call, ..] when call.Name != tool => "wrong tool",
                [{ Exception: not null }, ..] => "right tool, arguments do not fit",
                _ => "right",
            };
            right += verdict == "right" ? 1 : 0;
            fitting += verdict.StartsWith("right tool", StringComparison.Ordinal) ? 1 : 0;
            wrong += verdict == "wrong tool" ? 1 : 0;
            text += verdict == "text" ? 1 : 0;
            var shown = calls.Length > 0
                ? string.Join("; ", calls.Select(call => $"{call.Name}({FunctionContentText.ArgumentsOf(call)}){call.Exception?.Message}"))
                : answer.Text.ReplaceLineEndings(" ");
            await report.WriteLineAsync(
                $"{verdict,-12} {TimeProvider.System.GetElapsedTime(started).TotalSeconds,5:F1} s  {tool,-15} {question} "
                + $"-> {shown[..Math.Min(shown.Length, 140)]}");
        }
        await report.WriteLineAsync(
            $"right {right} of {ToolQuestions.All.Count}; wrong tool {wrong}, no call {text}, "
            + $"right tool with arguments that do not fit {fitting}; malformed {malformed}, cut off {cut}");
        return right >= 20 && malformed == 0 && cut == 0 ? 0 : 1;
    }

    public static async Task<int> RunAsync(string[] arguments, TextWriter report)
    {
        Uri? endpoint = null;
        ToolCallMode? way = null;
        string? key = null;
        for (var index = 0; index + 1 < arguments.Length; index += 2)
        {
            switch (arguments[index])
            {
                case "--endpoint" when Uri.TryCreate(arguments[index + 1], UriKind.Absolute, out var url):
                    endpoint = url;
                    break;
                case "--way" when Enum.TryParse<ToolCallMode>(arguments[index + 1], ignoreCase: true, out var named):
                    way = named;
                    break;
                case "--key":
                    key = Environment.GetEnvironmentVariable(arguments[index + 1]);
                    break;
            }
        }
        if (endpoint is null || arguments.Length % 2 != 0)
        {
            await report.WriteLineAsync("usage: tools --endpoint URL [--way native|schema|prompt] [--key ENVIRONMENT-VARIABLE]");
            return 2;
        }
        return await RunAsync(endpoint, way, key, report);
    }
}
