using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Assistant.Usage.Metrics;

/// <summary>
/// Sends the metrics to the OTLP collector in <c>records.otlpEndpoint</c>, over HTTP. Without a collector no OpenTelemetry assembly loads.
/// </summary>
internal sealed class MetricsExport : IAsyncDisposable
{
    private const int ExportIntervalMs = 15_000;

    /// <summary>Limits the wait for a collector that does not answer, also at the end of the process.</summary>
    private const int TimeoutMs = 2_000;

    private readonly Lock gate = new();
    private Uri? endpoint;
    private Task<IDisposable?> running = Task.FromResult<IDisposable?>(null);

    /// <summary>Completes when the export has reached the last requested state.</summary>
    public Task Started => running;

    /// <summary>Switches to another collector, or to none; does not wait.</summary>
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

    /// <summary>Sends the remaining measurements first.</summary>
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

    // Not inlined: the assemblies of its types load at its first call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MeterProvider Start(Uri endpoint) => Sdk.CreateMeterProviderBuilder()
        .AddMeter(RequestMetrics.MeterName)
        .ConfigureResource(resource => resource.AddService(
            "assistant", serviceVersion: typeof(MetricsExport).Assembly.GetName().Version?.ToString(3)))
        .AddOtlpExporter((exporter, reader) =>
        {
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
            exporter.Endpoint = Metrics(endpoint);
            exporter.TimeoutMilliseconds = TimeoutMs;
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = ExportIntervalMs;
            reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = TimeoutMs;
        })
        .Build();

    /// <summary>The address for metrics; a collector's address has no signal path, as in OTEL_EXPORTER_OTLP_ENDPOINT.</summary>
    private static Uri Metrics(Uri endpoint) =>
        endpoint.AbsolutePath.EndsWith("/v1/metrics", StringComparison.Ordinal)
            ? endpoint
            : new Uri($"{endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1/metrics");
}
