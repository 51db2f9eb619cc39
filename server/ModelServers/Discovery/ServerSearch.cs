using System.Net;
using System.Net.Sockets;
using Assistant.Families;
using Assistant.ModelServers.Catalogs;
using Assistant.ModelServers.Transport;
using Assistant.Settings;

namespace Assistant.ModelServers.Discovery;

/// <summary>
/// Looks for model servers at addresses outside the configuration. The replies to harmless questions identify a server: the search sends
/// no key and loads nothing. A network is searched only if the user named its range.
/// </summary>
internal sealed class ServerSearch(TimeProvider clock)
{
    private const int AtATime = 64;

    private static readonly TimeSpan ConnectTime = TimeSpan.FromMilliseconds(600);

    /// <summary>
    /// Addresses, beside the default ports of 127.0.0.1, that can only lead to the user's own servers.
    /// </summary>
    public static IReadOnlyList<Uri> Near(MachineFacts facts, HostEnvironment place)
    {
        var near = new List<Uri>();
        if (OllamaHost(facts.Variables.GetValueOrDefault("OLLAMA_HOST")) is { } ollama)
        {
            near.Add(ollama);
        }
        if (place is { HostAddress: { } host, Kind: HostEnvironmentKind.Wsl or HostEnvironmentKind.Container })
        {
            near.AddRange(HostEnvironment.Ports.Select(port => new Uri($"http://{host}:{port}/v1/")));
        }
        return near;
    }

    /// <summary>Every model server of a range, in the order of their answers.</summary>
    /// <param name="ports">The ports to try at each address.</param>
    /// <param name="progress">Reports the addresses tried so far; raised on any thread.</param>
    /// <exception cref="OperationCanceledException">As soon as the token is cancelled.</exception>
    public async Task<IReadOnlyList<FoundServer>> ScanAsync(
        AddressRange range, IReadOnlyList<int> ports, IProgress<ScanProgress>? progress, CancellationToken token)
    {
        (IPAddress Address, int Port)[] places = [.. from address in range.Addresses from port in ports select (address, port)];
        return await SearchAsync(places, async (place, cancel) =>
            await IsOpenAsync(place.Address, place.Port, cancel) ? new Uri($"http://{place.Address}:{place.Port}/v1/") : null,
            progress,
            token);
    }

    /// <summary>Every model server among some addresses.</summary>
    public async Task<IReadOnlyList<FoundServer>> AskAsync(IReadOnlyList<Uri> places, CancellationToken token) =>
        await SearchAsync(places, async (place, cancel) => await ResolvesAsync(place, cancel) ? place : null, progress: null, token);

    private async Task<IReadOnlyList<FoundServer>> SearchAsync<T>(
        IReadOnlyList<T> places, Func<T, CancellationToken, Task<Uri?>> open, IProgress<ScanProgress>? progress, CancellationToken token)
    {
        var found = new List<FoundServer>();
        var asked = 0;
        var gate = new Lock();
        await Parallel.ForEachAsync(
            places, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = token }, async (place, cancel) =>
        {
            var server = await open(place, cancel) is { } url ? await IdentifyAsync(url, cancel) : null;
            lock (gate)
            {
                asked++;
                if (server is not null)
                {
                    found.Add(server);
                }
                progress?.Report(new ScanProgress(asked, places.Count, found.Count));
            }
        });
        return found;
    }

    private async Task<FoundServer?> IdentifyAsync(Uri url, CancellationToken token)
    {
        // A ModelEndpoint could send code to an address outside the configuration, so the search uses questions only.
        var endpoint = EndpointSettings.At(url.Authority, url);
        using var http = new HttpClient(new ResilienceHandler(endpoint, clock, ServerTransport.Create(url)))
        {
            BaseAddress = url,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        try
        {
            var catalog = await CatalogReader.ReadAsync(endpoint, new ServerQuestions(http, endpoint, clock), FamilyTable.BuiltIn, token);
            return catalog.Kind is { } kind ? new FoundServer(url, kind, catalog.Models, NeedsKey: false) : null;
        }
        catch (ModelServerException failure)
        {
            return failure.Fault == ModelFault.Unauthorized ? new FoundServer(url, EndpointKind.Auto, [], NeedsKey: true) : null;
        }
    }

    private async Task<bool> IsOpenAsync(IPAddress address, int port, CancellationToken token)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var late = new CancellationTokenSource(ConnectTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, late.Token);
        try
        {
            await socket.ConnectAsync(address, port, either.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> ResolvesAsync(Uri place, CancellationToken token)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(place.DnsSafeHost, AddressFamily.InterNetwork, token);
            return addresses.Length > 0 && await IsOpenAsync(addresses[0], place.Port, token);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Reads Ollama's variable: a host, a host and a port, a port, or a URL; 0.0.0.0 means this machine.</summary>
    private static Uri? OllamaHost(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }
        var text = value.Trim().TrimStart(':');
        text = text.All(char.IsAsciiDigit) ? $"127.0.0.1:{text}" : text;
        text = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return null;
        }
        var port = url.IsDefaultPort && !text.EndsWith($":{url.Port}", StringComparison.Ordinal) ? 11434 : url.Port;
        var builder = new UriBuilder(url) { Host = url.Host == "0.0.0.0" ? "127.0.0.1" : url.Host, Port = port, Path = "/v1/" };
        return builder.Uri;
    }
}

/// <summary>A model server at an address outside the configuration.</summary>
/// <param name="NeedsKey">The server refuses to answer without a key.</param>
internal sealed record FoundServer(Uri BaseUrl, EndpointKind Kind, IReadOnlyList<CatalogModel> Models, bool NeedsKey);

/// <param name="Asked">The number of addresses tried so far.</param>
/// <param name="All">The number of addresses of the whole search.</param>
/// <param name="Found">The number of model servers found so far.</param>
public sealed record ScanProgress(int Asked, int All, int Found);
