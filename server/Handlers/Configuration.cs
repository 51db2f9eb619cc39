using System.Text.Json;
using Assistant.Lsp.Protocol;
using Assistant.ModelServers;
using Assistant.Settings;
using Microsoft.Extensions.Logging;

namespace Assistant.Handlers;

/// <summary>
/// Settings while a session runs: <c>workspace/didChangeConfiguration</c> and the settings files. A change takes effect without a restart,
/// and what runs goes on; what is wrong is said once, and the settings from before stay.
/// </summary>
internal sealed partial class Configuration(SessionServices services) : IAsyncDisposable
{
    private const int MostSaid = 3;

    private readonly SettingsFileWatch files = new(services);
    private readonly ILogger logger = services.Loggers.CreateLogger<Configuration>();

    public void Register()
    {
        var server = services.Server;
        server.OnMutation(Methods.DidChangeConfiguration, (state, p) =>
            DocumentOf(p.Settings, state.Sources.Client) is { } document ? state.With(state.Sources with { Client = document }) : state);
        server.OnNotification(Methods.SetTrace, (_, _, _) => Task.CompletedTask);
        server.Loop.Changed += (before, after) =>
        {
            if (!ReferenceEquals(before.Settings, after.Settings))
            {
                services.Models.Use(after.Settings);
                // The status bar tells who answers from now on, before the next key.
                _ = services.Models.Router.RouteAsync(ModelTask.Completion, CancellationToken.None);
                // What was asked under other rules is not shown; what runs goes on though another model is chosen.
                if (before.Settings.Completion != after.Settings.Completion)
                {
                    services.Completion.Reset("the settings have changed");
                }
                Tell(after.Warnings.Except(before.Warnings));
                if (before.Warnings.Count > 0 && after.Warnings.Count == 0)
                {
                    LogMended();
                }
            }
            if (!before.Workspace.Folders.SequenceEqual(after.Workspace.Folders))
            {
                files.Watch(after);
            }
        };
    }

    /// <summary>The client listens: what was found wrong by now is said, and the files are watched.</summary>
    public void Begin(SessionState state)
    {
        Tell(state.Warnings);
        files.Watch(state);
    }

    /// <summary>A settings file may have changed.</summary>
    public void Look() => files.Look();

    /// <summary>For clients that are asked for their settings and do not send them.</summary>
    public async Task AskAsync(CancellationToken token)
    {
        try
        {
            var settings = await services.Server.Client.ConfigurationAsync("assistant", token);
            await services.Server.Loop.MutateAsync(state =>
                DocumentOf(settings, state.Sources.Client) is { } document ? state.With(state.Sources with { Client = document }) : state);
        }
        catch (Lsp.RpcException)
        {
            // A client that says it can be asked and cannot: the other sources of settings hold.
        }
    }

    public ValueTask DisposeAsync() => files.DisposeAsync();

    /// <summary>Takes <c>{"assistant": {…}}</c> and what stands in it; null where there is nothing.</summary>
    public static SettingsDocument? DocumentOf(JsonElement? settings, SettingsDocument? before)
    {
        if (settings is not { ValueKind: JsonValueKind.Object } all)
        {
            return null;
        }
        var own = all.TryGetProperty("assistant", out var section) && section.ValueKind == JsonValueKind.Object ? section : all;
        try
        {
            return SettingsDocument.Read(JsonSerializer.SerializeToUtf8Bytes(own, LspJson.Default.JsonElement), SettingsOrigin.Editor, before);
        }
        catch (JsonException)
        {
            // Nested deeper than settings are.
            return null;
        }
    }

    private void Tell(IEnumerable<string> warnings)
    {
        string[] all = [.. warnings];
        foreach (var warning in all)
        {
            LogWarning(warning);
        }
        // One message: editors do not show many that come at once.
        if (all.Length > 0)
        {
            var rest = all.Length > MostSaid ? $"\nAnd {all.Length - MostSaid} more, in the log." : "";
            _ = services.Server.Client.ShowMessageAsync(MessageType.Warning, string.Join('\n', all.Take(MostSaid)) + rest).AsTask();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Settings: {Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(Level = LogLevel.Information, Message = "Settings: nothing is wrong with them any more.")]
    private partial void LogMended();
}
