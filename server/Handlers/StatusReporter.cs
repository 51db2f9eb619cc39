using System.Text.Json;
using Assistant.Completion;
using Assistant.Lsp.Protocol;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Workspace.Status;

namespace Assistant.Handlers;

/// <summary><c>assistant/status</c>: the content of the status bar, sent when it has changed.</summary>
internal sealed class StatusReporter(SessionServices services)
{
    private readonly object gate = new();
    private AssistantStatusParams? sent;
    private double? latencyMs;
    private Engine? engine;
    private string? reason;

    public void Register() => services.Models.Router.StatusChanged += _ => Report();

    /// <summary>The effect of a mutation.</summary>
    public void Update(SessionState before, SessionState after)
    {
        if (!ReferenceEquals(before.Workspace.Loaded, after.Workspace.Loaded)
            || !ReferenceEquals(before.Settings, after.Settings)
            || before.Phase != after.Phase)
        {
            Report();
        }
    }

    /// <summary>An answer was sent. The reason of an empty one is shown where the user asked for it by key.</summary>
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

    private void Report()
    {
        // Only this project's extension knows the message, and takes it after `initialized`.
        if (services.Server.Loop.Current is not { OurClient: true, Phase: > SessionPhase.Starting })
        {
            return;
        }
        lock (gate)
        {
            var now = Now();
            if (now != sent)
            {
                sent = now;
                // Under the gate, where the message takes its place in the writer's queue: an older status must not come last.
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
        Engine? answers =
            model.State is ModelState.Up or ModelState.Loading or ModelState.Busy && !(patterns && engine == Engine.Patterns) ? Engine.Model
            : patterns ? Engine.Patterns
            : null;
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
        ? $"The workspace's {SettingsSources.FileName} switches ghost text off (completion.enabled), "
            + "and no setting of yours can switch it on. Change it there."
        : null;

    private static string Message(ModelStatus model, SessionState state)
    {
        var findings = state.Workspace.Findings.Where(finding => finding.Remedy != Remedy.None && !RestoreOffer.Covers(finding));
        string[] sentences =
        [
            model.Message,
            .. findings.Select(finding => finding.Message),
            .. RestoreOffer.Of(state.Workspace.Loaded) is { } offer ? [offer.Message] : Array.Empty<string>(),
            .. state.Warnings,
        ];
        return string.Join('\n', sentences.Distinct());
    }
}
