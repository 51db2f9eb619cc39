using System.Collections.Immutable;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;

namespace Assistant.Handlers;

/// <summary>
/// <c>assistant/secret</c>: keys from the editor's secret storage, requested when the settings name them. A key is only in the session's
/// state and in requests to its endpoint.
/// </summary>
internal sealed class Secrets(SessionServices services)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> requested = [];

    public void Register() => services.Server.OnNotification(Methods.DidChangeSecret, (_, p, token) => RequestAsync(p.Name, token));

    /// <summary>Requests each key that the settings name, once.</summary>
    public Task RequestMissingAsync(SessionState before, SessionState after, CancellationToken token)
    {
        // Only this project's extension knows the message.
        if (!after.OurClient || after.Phase == SessionPhase.Starting
            || (before.Phase == after.Phase && ReferenceEquals(before.Sources, after.Sources)))
        {
            return Task.CompletedTask;
        }
        List<string> missing;
        lock (gate)
        {
            missing = [.. after.Sources.SecretNames.Where(requested.Add)];
        }
        return Task.WhenAll(missing.Select(name => RequestAsync(name, token)));
    }

    private async Task RequestAsync(string name, CancellationToken token)
    {
        try
        {
            var key = (await services.Server.Client.RequestAsync(Methods.Secret, new(name), token))?.Value ?? "";
            await services.Server.Loop.MutateAsync(state => WithSecret(state, name, key));
        }
        catch (RpcException)
        {
            // The editor refuses; didChangeSecret announces a key that it has later.
        }
    }

    private static SessionState WithSecret(SessionState state, string name, string key)
    {
        var before = state.Sources.Secrets as ImmutableDictionary<string, string> ?? ImmutableDictionary<string, string>.Empty;
        var after = before.SetItem(name, key);
        return ReferenceEquals(after, state.Sources.Secrets) ? state : state.With(state.Sources with { Secrets = after });
    }
}
