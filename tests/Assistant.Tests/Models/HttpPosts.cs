using System.Diagnostics.Metrics;
using Assistant.Settings;

namespace Assistant.Tests.Models;

/// <summary>Counts the POST requests that .NET's HTTP client sends to the endpoints' ports, refused connections included.</summary>
internal sealed class HttpPosts : IDisposable
{
    private readonly HashSet<int> ports;
    private readonly MeterListener listener = new();
    private int count;

    public HttpPosts(IEnumerable<EndpointSettings> endpoints)
    {
        ports = [.. endpoints.Select(endpoint => endpoint.BaseUrl.Port)];
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument is { Meter.Name: "System.Net.Http", Name: "http.client.request.duration" })
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>(Note);
        listener.Start();
    }

    public int Count => Volatile.Read(ref count);

    public void Dispose() => listener.Dispose();

    private void Note(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var (isPost, isHere) = (false, false);
        foreach (var (name, value) in tags)
        {
            isPost |= name == "http.request.method" && value is "POST";
            isHere |= name == "server.port" && value is int port && ports.Contains(port);
        }
        if (isPost && isHere)
        {
            Interlocked.Increment(ref count);
        }
    }
}
