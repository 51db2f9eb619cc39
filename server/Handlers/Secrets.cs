using System.Collections.Immutable;
using Assistant.Lsp;
using Assistant.Lsp.Protocol;

namespace Assistant.Handlers;

/// <summary>
/// <c>assistant/secret</c>: keys from the editor's secret storage, asked for when the settings name one. They are in the session's state and
/// in requests to the endpoint that they are for, and nowhere else.
/// </summary>
internal sealed class Secrets(SessionServices services)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> asked = [];

    public void Register()
    {
        services.Server.Loop.Changed += (_, after) => AskFor(after);
        services.Server.OnNotification(Methods.DidChangeSecret, (_, p, token) => AskAsync(p.Name, token));
    }

    private void AskFor(SessionState state)
    {
        // Only our extension knows the message.
        if (!state.OurClient)
        {
            return;
        }
        foreach (var name in state.Sources.SecretNames)
        {
            lock (gate)
            {
                if (!asked.Add(name))
                {
                    continue;
                }
            }
            _ = AskAsync(name, CancellationToken.None);
        }
    }

    private async Task AskAsync(string name, CancellationToken token)
    {
        try
        {
            var key = (await services.Server.Client.RequestAsync(Methods.Secret, new(name), token))?.Value ?? "";
            await services.Server.Loop.MutateAsync(state =>
            {
                var known = (state.Sources.Secrets as ImmutableDictionary<string, string> ?? ImmutableDictionary<string, string>.Empty).SetItem(name, key);
                return ReferenceEquals(known, state.Sources.Secrets) ? state : state.With(state.Sources with { Secrets = known });
            });
        }
        catch (RpcException)
        {
            // The editor would not tell; it says by didChangeSecret when it would.
        }
    }
}
