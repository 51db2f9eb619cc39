using System.Net;
using System.Net.Sockets;

namespace Assistant.ModelServers.Transport;

/// <summary>The sockets under every request to a model server.</summary>
internal static class ServerTransport
{
    /// <summary>Disposing or cancelling a reply closes its connection at once; nothing limits how long a reply may take in all.</summary>
    public static SocketsHttpHandler Create(Uri baseUrl) => new()
    {
        // An abandoned reply is otherwise read on, up to 1 MB or 2 s, while the server goes on generating.
        MaxResponseDrainSize = 0,
        UseProxy = !IsNear(baseUrl),
        ConnectTimeout = baseUrl.IsLoopback ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(10),
        // LM Studio and llama-server close an idle connection after 5 s; one that is taken in that moment would be lost.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4),
        UseCookies = false,
        // A redirect would carry code to where the user did not send it.
        AllowAutoRedirect = false,
    };

    /// <summary>Loopback, link-local and private addresses, and names without a dot: a proxy has no business there.</summary>
    internal static bool IsNear(Uri url)
    {
        if (url.IsLoopback)
        {
            return true;
        }
        if (!IPAddress.TryParse(url.DnsSafeHost, out var address))
        {
            return !url.Host.Contains('.') || url.Host.EndsWith(".local", StringComparison.OrdinalIgnoreCase)
                || url.Host.EndsWith(".internal", StringComparison.OrdinalIgnoreCase);
        }
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal;
        }
        var bytes = address.GetAddressBytes();
        return bytes is [10, ..] or [192, 168, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..] or [100, >= 64 and <= 127, ..];
    }
}
