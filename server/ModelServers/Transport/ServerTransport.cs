using System.Net;
using System.Net.Sockets;

namespace Assistant.ModelServers.Transport;

/// <summary>The sockets under every request to a model server.</summary>
internal static class ServerTransport
{
    /// <summary>Disposing or cancelling a reply closes its connection at once; the total time of a reply is not limited.</summary>
    public static SocketsHttpHandler Create(Uri baseUrl) => new()
    {
        // By default the handler reads an abandoned reply on, up to 1 MB or 2 s, while the server goes on generating.
        MaxResponseDrainSize = 0,
        UseProxy = !IsNear(baseUrl),
        ConnectTimeout = baseUrl.IsLoopback ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(10),
        // LM Studio and llama-server close an idle connection after 5 s; a request on it at that moment would be lost.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4),
        UseCookies = false,
        // A redirect could carry code to an address that the user did not choose.
        AllowAutoRedirect = false,
    };

    /// <summary>Loopback, link-local and private addresses, and names without a dot: requests to them skip the proxy.</summary>
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
