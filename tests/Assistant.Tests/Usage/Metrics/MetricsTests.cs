using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Assistant.ModelServers;
using Assistant.Settings;
using Assistant.Usage;
using Assistant.Usage.Metrics;
using Assistant.Usage.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Usage.Metrics;

/// <summary>
/// Not in parallel with other tests: the exporter gives a collector two seconds by the system's clock, and other tests keep all threads of
/// the pool busy for longer.
/// </summary>
[Collection("alone")]
public sealed class MetricsTests
{
    [Fact]
    public async Task A_request_is_counted_and_measured()
    {
        var measured = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == RequestMetrics.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measure(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measure(instrument, value, tags));
        listener.Start();
        await using var records = new RequestRecords(
            AssistantSettings.Defaults, defaultFolder: null, TimeProvider.System, NullLogger.Instance);
        records.Add(Request("counted") with { Outcome = RequestOutcome.Failed, Fault = ModelFault.Idle });
        Assert.Equal(
            [
                "assistant.failures 1 Idle",
                "assistant.queue.duration 0.001",
                "assistant.request.duration 0.2",
                "assistant.requests 1 Failed",
                "assistant.time_to_first_token 0.043",
                "assistant.tokens 1500 cached",
                "assistant.tokens 20 output",
                "assistant.tokens 2000 input",
            ],
            measured.Order(StringComparer.Ordinal));

        // The meters of other tests have the same name.
        void Measure(Instrument instrument, object value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var all = tags.ToArray();
            if (all.Contains(new("model", "counted")))
            {
                var last = all[^1].Key is "outcome" or "type" or "fault" ? $" {all[^1].Value}" : "";
                measured.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{instrument.Name} {value}{last}"));
            }
        }
    }

    [Fact]
    public async Task A_configured_collector_gets_the_metrics_by_OTLP()
    {
        await using var collector = new Collector();
        var records = new RequestRecords(AssistantSettings.Defaults, defaultFolder: null, TimeProvider.System, NullLogger.Instance);
        await using (records)
        {
            records.Use(WithCollector(collector.Address));
            await records.Exporting;
            records.Add(Request("exported"));
        }
        var (path, type, body) = await collector.First
            .WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("/v1/metrics", path);
        Assert.Equal("application/x-protobuf", type);
        Assert.All(
            ["assistant.requests", "assistant.request.duration", "assistant.tokens", "exported", "service.name"],
            name => Assert.Contains(name, body));
    }

    [Fact]
    public async Task An_absent_collector_delays_nothing()
    {
        var records = new RequestRecords(
            WithCollector(new Uri("http://127.0.0.1:9")), defaultFolder: null, TimeProvider.System, NullLogger.Instance);
        records.Add(Request("lost"));
        await records.DisposeAsync().AsTask()
            .WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private static RequestRecord Request(string model) => new(
        DateTimeOffset.UnixEpoch,
        "here",
        EndpointKind.LlamaCpp,
        model,
        ModelTask.Completion,
        Queued: TimeSpan.FromMilliseconds(1),
        TimeToFirstToken: TimeSpan.FromMilliseconds(43),
        Total: TimeSpan.FromMilliseconds(200),
        PromptTokens: 2000,
        CachedTokens: 1500,
        CompletionTokens: 20,
        TokensPerSecond: 55.5,
        RequestOutcome.Answered,
        Fault: null,
        LeftMachine: false);

    private static AssistantSettings WithCollector(Uri address) =>
        AssistantSettings.Defaults with { Records = AssistantSettings.Defaults.Records with { OtlpEndpoint = address } };

    /// <summary>Test double: an OTLP collector that keeps its first request.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly HttpListener listener = new();

        public Collector()
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}");
            free.Stop();
            listener.Prefixes.Add(Address.ToString());
            listener.Start();
            First = ReceiveAsync();
        }

        public Uri Address { get; }

        public Task<(string Path, string? Type, string Body)> First { get; }

        public ValueTask DisposeAsync()
        {
            listener.Close();
            return ValueTask.CompletedTask;
        }

        private async Task<(string, string?, string)> ReceiveAsync()
        {
            var context = await listener.GetContextAsync();
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            context.Response.Close();
            return (context.Request.Url!.AbsolutePath, context.Request.ContentType, Encoding.Latin1.GetString(body.ToArray()));
        }
    }
}

[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;
