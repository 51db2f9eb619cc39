using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Assistant.Usage.Metrics;

/// <summary>Sends the metrics to an OTLP collector over HTTP, where <c>records.otlpEndpoint</c> names one. Without one nothing of it is loaded.</summary>
internal sealed class MetricsExport : IAsyncDisposable
{
    private const int SendsEveryMs = 15_000;

    /// <summary>A collector that does not answer holds nothing up, the end of the process neither.</summary>
    private const int TimeoutMs = 2_000;

    private readonly Lock gate = new();
    private Uri? endpoint;
    private Task<IDisposable?> running = Task.FromResult<IDisposable?>(null);

    /// <summary>Ends when what was last wanted is so.</summary>
    public Task Started => running;

    /// <summary>Another collector, or none; does not wait.</summary>
    public void Use(Uri? wanted)
    {
        lock (gate)
        {
            if (wanted != endpoint)
            {
                endpoint = wanted;
                running = ReplaceAsync(running, wanted);
            }
        }
    }

    /// <summary>What was measured is sent first.</summary>
    public async ValueTask DisposeAsync()
    {
        Use(null);
        await running;
    }

    private static async Task<IDisposable?> ReplaceAsync(Task<IDisposable?> before, Uri? wanted) => await Task.Run(async () =>
    {
        (await before)?.Dispose();
        return wanted is null ? null : Start(wanted);
    });

    // Not inlined: what it needs is loaded when it is called.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MeterProvider Start(Uri endpoint) => Sdk.CreateMeterProviderBuilder()
        .AddMeter(RequestMetrics.MeterName)
        .ConfigureResource(resource => resource.AddService("assistant", serviceVersion: typeof(MetricsExport).Assembly.GetName().Version?.ToString(3)))
        .AddOtlpExporter((exporter, reader) =>
        {
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
            exporter.Endpoint = Metrics(endpoint);
            exporter.TimeoutMilliseconds = TimeoutMs;
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = SendsEveryMs;
            reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = TimeoutMs;
        })
        .Build();

    /// <summary>A collector's address is given without the path of its signals, as OTEL_EXPORTER_OTLP_ENDPOINT is.</summary>
    private static Uri Metrics(Uri endpoint) =>
        endpoint.AbsolutePath.EndsWith("/v1/metrics", StringComparison.Ordinal) ? endpoint : new Uri($"{endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1/metrics");
}
