using System.Collections.Immutable;
using System.Text.Json;
using Assistant.Lsp.Protocol;
using Assistant.Settings;

namespace Assistant.Handlers;

/// <summary><c>workspace/didChangeConfiguration</c>, and the settings files that a session reads: a change takes effect without a restart.</summary>
internal static class Configuration
{
    public static void Register(SessionServices services)
    {
        var server = services.Server;
        server.OnMutation(Methods.DidChangeConfiguration, (state, p) =>
            DocumentOf(p.Settings) is { } document ? state.With(state.Sources with { Client = document }) : state);
        server.OnNotification(Methods.SetTrace, (_, _, _) => Task.CompletedTask);
        server.Loop.Changed += (before, after) =>
        {
            if (ReferenceEquals(before.Settings, after.Settings) || before.Settings == after.Settings)
            {
                return;
            }
            services.Models.Use(after.Settings);
            services.Completion.Reset("the settings have changed");
            Warn(services, after);
        };
    }

    /// <summary>For clients that are asked for their settings and do not send them.</summary>
    public static async Task AskAsync(SessionServices services, CancellationToken token)
    {
        try
        {
            if (DocumentOf(await services.Server.Client.ConfigurationAsync("assistant", token)) is { } document)
            {
                await services.Server.Loop.MutateAsync(state => state.With(state.Sources with { Client = document }));
            }
        }
        catch (Lsp.RpcException)
        {
            // A client that says it can be asked and cannot: the other sources of settings hold.
        }
    }

    /// <summary>Takes <c>{"assistant": {…}}</c> and what stands in it; null where there is nothing, or it cannot be read.</summary>
    public static SettingsDocument? DocumentOf(JsonElement? settings)
    {
        if (settings is not { ValueKind: JsonValueKind.Object } all)
        {
            return null;
        }
        var own = all.TryGetProperty("assistant", out var section) && section.ValueKind == JsonValueKind.Object ? section : all;
        try
        {
            return SettingsDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(own, LspJson.Default.JsonElement), "editor settings");
        }
        catch (Exception unreadable) when (unreadable is SettingsException or JsonException)
        {
            // The editor's own schema shows what is wrong with them; the settings from before stay.
            return null;
        }
    }

    /// <summary>The first folder's <c>assistant.json</c>; what it may say is limited, see WorkspaceNarrowing.</summary>
    public static SettingsDocument? WorkspaceDocument(ImmutableArray<string> folders) =>
        folders.IsEmpty ? null : SettingsFiles.Read(Path.Combine(folders[0], SettingsSources.FileName), []);

    public static void Warn(SessionServices services, SessionState state)
    {
        foreach (var warning in state.Sources.Resolve().Warnings)
        {
            _ = services.Server.Client.ShowMessageAsync(MessageType.Warning, warning).AsTask();
        }
    }
}
