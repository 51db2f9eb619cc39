using System.Runtime.InteropServices;
using System.Text.Json;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Settings;
using Microsoft.Extensions.Logging;

namespace Assistant.Handlers;

/// <summary>
/// The client's settings while a session runs: <c>workspace/didChangeConfiguration</c> and <c>workspace/configuration</c>, and the report
/// of the problems of all settings. A change takes effect without a restart. Where a value is wrong, the one from before stays.
/// </summary>
internal sealed partial class ConfigurationHandler(SessionServices services)
{
    /// <summary>Problems in one message; the log has the others.</summary>
    private const int MostShown = 3;

    private readonly ILogger logger = services.Loggers.CreateLogger<ConfigurationHandler>();

    public void Register()
    {
        var server = services.Server;
        server.OnMutation(Methods.DidChangeConfiguration, (state, p) => WithClient(state, p.Settings));
        server.OnNotification(Methods.SetTrace, (_, _, _) => Task.CompletedTask);
    }

    /// <summary>Requests the settings, for clients that do not send them unasked.</summary>
    public async Task RequestAsync(CancellationToken token)
    {
        try
        {
            var settings = await services.Server.Client.ConfigurationAsync("assistant", token);
            await services.Server.Loop.MutateAsync(state => WithClient(state, settings));
        }
        catch (RpcException)
        {
            // The client announced the request and refuses it: the other sources of settings hold.
        }
    }

    /// <summary>Shows each problem of the settings once, as soon as the client takes messages.</summary>
    public Task ReportProblemsAsync(SessionState before, SessionState after)
    {
        if (after.Phase == SessionPhase.Starting || (before.Phase == after.Phase && ReferenceEquals(before.Warnings, after.Warnings)))
        {
            return Task.CompletedTask;
        }
        IReadOnlyList<string> reported = before.Phase == SessionPhase.Starting ? [] : before.Warnings;
        if (reported.Count > 0 && after.Warnings.Count == 0)
        {
            LogFixed();
        }
        return ReportAsync([.. after.Warnings.Except(reported)]);
    }

    /// <summary>Takes <c>{"assistant": {…}}</c>, or the object inside; null where there is none.</summary>
    public static SettingsDocument? DocumentOf(JsonElement? settings, SettingsDocument? before)
    {
        if (settings is not { ValueKind: JsonValueKind.Object } all)
        {
            return null;
        }
        // The bytes as received: the reader reports names and texts that are no Unicode, which a copy would throw at.
        return SettingsDocument.Read(JsonMarshal.GetRawUtf8Value(OwnOf(all)).ToArray(), SettingsOrigin.Editor, before);
    }

    private static JsonElement OwnOf(JsonElement all)
    {
        try
        {
            return all.TryGetProperty("assistant", out var section) && section.ValueKind == JsonValueKind.Object ? section : all;
        }
        catch (InvalidOperationException)
        {
            // A name holds half a surrogate pair.
            return all;
        }
    }

    private static SessionState WithClient(SessionState state, JsonElement? settings) =>
        DocumentOf(settings, state.Sources.Client) is { } document ? state.With(state.Sources with { Client = document }) : state;

    private async Task ReportAsync(string[] warnings)
    {
        foreach (var warning in warnings)
        {
            LogWarning(warning);
        }
        // One message, because editors do not show many that come at once.
        if (warnings.Length > 0)
        {
            var rest = warnings.Length > MostShown ? $"\nAnd {warnings.Length - MostShown} more, in the log." : "";
            await services.Server.Client.ShowMessageAsync(MessageType.Warning, string.Join('\n', warnings.Take(MostShown)) + rest);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Settings: {Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(Level = LogLevel.Information, Message = "Settings: all problems are fixed.")]
    private partial void LogFixed();
}
