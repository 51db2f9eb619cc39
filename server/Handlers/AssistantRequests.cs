using System.Globalization;
using System.Text;
using Assistant.Completion;
using Assistant.Lsp.Protocol;
using Microsoft.Extensions.Logging;

namespace Assistant.Handlers;

/// <summary>The extension's own messages that need no file of their own (docs/lsp-extensions.md).</summary>
internal sealed partial class AssistantRequests(SessionServices services, WorkspaceLoading loading)
{
    private readonly ILogger<AssistantRequests> logger = services.Loggers.CreateLogger<AssistantRequests>();
    private int accepted;

    public void Register()
    {
        var server = services.Server;
        server.OnRequest(Methods.LastPrompt, (_, _, _, _) =>
            Task.FromResult(new LastPromptResult(Describe(services.Completion.LastAnswer, services.Completion.LastAsked))));
        server.OnRequest(Methods.Settled, async (_, _, _, token) =>
        {
            await loading.SettledAsync(token);
            return null;
        });
        server.OnRequest(Methods.Memory, async (state, p, _, token) =>
            Memory(p, p.Diagnose is { } uri ? await DiagnosticsAsync(state, uri, token) : null));
        server.OnNotification(Methods.DidAccept, (_, p, _) =>
        {
            // The count stays on this machine.
            services.Completion.Accepted();
            LogAccepted(p.Engine ?? "unknown", p.Model ?? "", Interlocked.Increment(ref accepted));
            return Task.CompletedTask;
        });
    }

    /// <summary>The last prompt and the model's raw answer, for people.</summary>
    private static string Describe(CompletionAnswer? answer, SuggestionSource? lastAsked)
    {
        if (answer is null)
        {
            return "Nothing was asked yet.\n";
        }
        var source = (answer as Suggestion)?.Source ?? (answer as NoSuggestion)?.Source;
        var text = new StringBuilder();
        var shown = answer is NoSuggestion none ? $"nothing ({none.Reason}): {none.Detail}" : ((Suggestion)answer).Text;
        text.Append(CultureInfo.InvariantCulture, $"Answer: {shown}\n");
        var engine = source?.Engine.ToString().ToLowerInvariant() ?? "nobody";
        text.Append(CultureInfo.InvariantCulture, $"Made by: {engine} {source?.Model} {source?.Endpoint}\n");
        var stages = string.Join(", ", answer.Trace.Stages.Select(stage => $"{stage.Stage} {stage.Milliseconds:F1} ms"));
        text.Append(CultureInfo.InvariantCulture, $"Stages: {stages}\n");
        if (source?.Files is { Count: > 0 } files)
        {
            text.Append(CultureInfo.InvariantCulture, $"Seen in: {string.Join(", ", files)}\n");
        }
        if (source?.Prompt is null && lastAsked is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nThe last request to {lastAsked.Model} had no part in that answer:\n");
        }
        if ((source?.Prompt is null ? lastAsked : source) is { Prompt: { } prompt } asked)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n===== prompt =====\n{prompt}\n\n===== raw answer =====\n{asked.Raw}\n");
        }
        return text.ToString();
    }

    private static async Task<int?> DiagnosticsAsync(SessionState state, string uri, CancellationToken token) =>
        state.Workspace.Document(uri) is { } document && await document.GetSemanticModelAsync(token) is { } model
            ? model.GetDiagnostics(cancellationToken: token).Length
            : null;

    private static MemoryResult Memory(MemoryParams p, int? diagnostics)
    {
        if (p.Collect == true)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return new MemoryResult(Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false), diagnostics);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Accepted a suggestion by {Engine} {Model} ({Count} in this session).")]
    private partial void LogAccepted(string engine, string model, int count);
}
