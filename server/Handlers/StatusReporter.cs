using System.Text.Json;
using Assistant.Completion;
using Assistant.Lsp.Protocol;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Workspace.Status;

namespace Assistant.Handlers;

/// <summary><c>assistant/status</c>: what the status bar shows, sent when something of it has changed.</summary>
internal sealed class StatusReporter(SessionServices services)
{
    private readonly object gate = new();
    private AssistantStatusParams? sent;
    private double? latencyMs;
    private Engine? engine;
    private string? reason;

    public void Register()
    {
        services.Models.Router.StatusChanged += _ => Report();
        services.Server.Loop.Changed += (before, after) =>
        {
            if (!ReferenceEquals(before.Workspace.Loaded, after.Workspace.Loaded) || before.OurClient != after.OurClient
                || !ReferenceEquals(before.Settings, after.Settings))
            {
                Report();
            }
        };
    }

    /// <summary>An answer went out. Why there is none is said where somebody asked by key.</summary>
    public void Answered(CompletionAnswer answer, CompletionQuery query, TimeSpan took)
    {
        lock (gate)
        {
            reason = answer is NoSuggestion none && query.Trigger == CompletionTrigger.Invoked ? none.Detail : null;
            if (answer is Suggestion suggestion)
            {
                latencyMs = Math.Round(took.TotalMilliseconds);
                engine = suggestion.Source.Engine;
            }
        }
        Report();
    }

    public void Report()
    {
        // Only our extension knows the message.
        if (!services.Server.Loop.Current.OurClient)
        {
            return;
        }
        lock (gate)
        {
            var now = Now();
            if (now != sent)
            {
                sent = now;
                // Under the gate, where it takes its place in the writer's line: an older status must not come last.
                _ = services.Server.Client.NotifyAsync(Methods.Status, now).AsTask();
            }
        }
    }

    private AssistantStatusParams Now()
    {
        var state = services.Server.Loop.Current;
        var workspace = state.Workspace;
        var model = services.Models.Router.Status;
        var patterns = state.Settings.Completion.Patterns;
        Engine? answers = model.State is ModelState.Up or ModelState.Loading or ModelState.Busy && !(patterns && engine == Engine.Patterns) ? Engine.Model
            : patterns ? Engine.Patterns : null;
        return new AssistantStatusParams(
            JsonNamingPolicy.CamelCase.ConvertName(model.State.ToString()),
            model.Model,
            model.Endpoint,
            answers?.ToString().ToLowerInvariant(),
            Message(model, state),
            model.Remedy,
            latencyMs,
            workspace.Level.ToString().ToLowerInvariant(),
            Reason: reason,
            Enabled: state.Settings.Completion.Enabled,
            DisabledBy: DisabledBy(state));
    }

    private static string? DisabledBy(SessionState state) => state.Sources.Workspace?.Completion?.Enabled == false
        ? $"The workspace's {SettingsSources.FileName} switches ghost text off (completion.enabled), and no setting of yours can switch it on. Change it there."
        : null;

    private static string Message(ModelStatus model, SessionState state) => string.Join(
        '\n',
        state.Workspace.Findings.Where(finding => finding.Remedy != Remedy.None && !RestoreOffer.Covers(finding)).Select(finding => finding.Message)
            .Prepend(model.Message).Concat(RestoreOffer.Of(state.Workspace.Loaded) is { } offer ? [offer.Message] : []).Concat(state.Warnings).Distinct());
}
