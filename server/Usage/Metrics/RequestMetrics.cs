using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Assistant.Usage.Metrics;

/// <summary>Publishes records as metrics of the meter <c>Assistant</c> (for dotnet-counters or a collector). They hold no text.</summary>
internal sealed class RequestMetrics : IDisposable
{
    public const string MeterName = "Assistant";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> requests;
    private readonly Counter<long> failures;
    private readonly Counter<long> tokens;
    private readonly Histogram<double> duration;
    private readonly Histogram<double> firstToken;
    private readonly Histogram<double> queued;

    public RequestMetrics()
    {
        requests = meter.CreateCounter<long>("assistant.requests", "{request}", "Requests to model servers.");
        failures = meter.CreateCounter<long>("assistant.failures", "{request}", "Requests that failed, by fault.");
        tokens = meter.CreateCounter<long>("assistant.tokens", "{token}", "Tokens, by type: input (cached ones included), cached, output.");
        duration = meter.CreateHistogram<double>("assistant.request.duration", "s", "From the sending to the end.");
        firstToken = meter.CreateHistogram<double>("assistant.time_to_first_token", "s", "From the sending to the first token.");
        queued = meter.CreateHistogram<double>("assistant.queue.duration", "s", "The wait for a slot.");
    }

    public void Add(RequestRecord record)
    {
        var tags = new TagList
        {
            { "endpoint", record.Endpoint },
            { "kind", record.Kind.ToString() },
            { "model", record.Model },
            { "task", record.Task.ToString() },
        };
        duration.Record(record.Total.TotalSeconds, tags);
        queued.Record(record.Queued.TotalSeconds, tags);
        if (record.TimeToFirstToken is { } first)
        {
            firstToken.Record(first.TotalSeconds, tags);
        }
        Count(record.PromptTokens, "input", tags);
        Count(record.CachedTokens, "cached", tags);
        Count(record.CompletionTokens, "output", tags);
        if (record.Fault is { } fault)
        {
            var why = tags;
            why.Add("fault", fault.ToString());
            failures.Add(1, why);
        }
        tags.Add("outcome", record.Outcome.ToString());
        requests.Add(1, tags);
    }

    public void Dispose() => meter.Dispose();

    // The parameter is a copy, so that the added tag stays here.
    private void Count(int? count, string type, TagList tags)
    {
        if (count is { } some)
        {
            tags.Add("type", type);
            tokens.Add(some, tags);
        }
    }
}
