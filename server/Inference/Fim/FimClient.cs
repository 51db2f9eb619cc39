using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Assistant.ModelServers;
using Assistant.ModelServers.Dialects;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Assistant.Settings;

namespace Assistant.Inference.Fim;

/// <summary>Streams completions over a dialect, which makes every server follow OpenAI's protocol.</summary>
internal sealed class FimClient(EndpointRegistry endpoints, TimeProvider clock) : IFimClient, ITokenCounter
{
    public async IAsyncEnumerable<FimChunk> StreamAsync(
        ModelRoute route, FimRequest request, [EnumeratorCancellation] CancellationToken token)
    {
        var endpoint = endpoints.Of(route.Endpoint);
        using var message = new HttpRequestMessage(HttpMethod.Post, request.Chat is null ? "completions" : "chat/completions")
        {
            Content = StrictRequest.Write(FimRequestBody.Of(route, request)),
        };
        RequestOptions.Set(message, route, request.Attempts);
        using var response = await FaultTranslator.StepAsync(
            () => new ValueTask<HttpResponseMessage>(
                endpoint.Client(route.Kind).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token)),
            endpoint, token);
        await using var body = await response.Content.ReadAsStreamAsync(token);
        // A cancel closes the connection even when no reader is active.
        using var hangUp = token.UnsafeRegister(static state => ((HttpResponseMessage)state!).Dispose(), response);
        await using var events = SseParser.Create(body, (_, data) => Read(data)).EnumerateAsync(token).GetAsyncEnumerator(token);

        var cutter = request.Chat is null ? null : new HoleCutter();
        var end = new EndBuilder();
        long firstTokenAt = 0;
        while (await FaultTranslator.StepAsync(events.MoveNextAsync, endpoint, token))
        {
            var chunk = events.Current.Data;
            end.Take(chunk);
            if (chunk.Text is not { Length: > 0 } text)
            {
                continue;
            }
            if (firstTokenAt == 0)
            {
                firstTokenAt = clock.GetTimestamp();
                endpoint.Succeeded();
                if (chunk.Model is { Length: > 0 } model && model != route.ModelId && route.Kind == EndpointKind.LmStudio)
                {
                    // With one model loaded LM Studio answers for any other name: the cached catalog is out of date, and the next request
                    // has to read a new one.
                    endpoint.Invalidate();
                }
            }
            if ((cutter is null ? text : cutter.Feed(text)) is { Length: > 0 } shown)
            {
                yield return new FimChunk(shown, null);
                if (cutter is { Closed: true })
                {
                    // The text after the closing tag is not used, so the connection is closed early.
                    yield return new FimChunk("", end.Build("stop", null) with { HungUp = true });
                    yield break;
                }
            }
        }
        endpoint.Succeeded();
        var seconds = firstTokenAt == 0 ? (double?)null : clock.GetElapsedTime(firstTokenAt).TotalSeconds;
        yield return new FimChunk("", end.Build(cutter is { SawTag: false } ? "no-tag" : null, seconds));
    }

    /// <inheritdoc/>
    public async Task<int?> CountTokensAsync(ModelRoute route, string text, CancellationToken token)
    {
        FimEnd? end = null;
        var request = new FimRequest(text, [], MaxTokens: 1, Temperature: 0, Grammar: null, Chat: null);
        await foreach (var chunk in StreamAsync(route, request, token))
        {
            end = chunk.End ?? end;
        }
        return end?.PromptTokens;
    }

    private static FimEvent Read(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return FimEvent.Done;
        }
        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        var chunk = document.RootElement;
        var choice = chunk.Items("choices").FirstOrDefault();
        var usage = chunk.Member("usage");
        var timings = chunk.Member("timings");
        return new FimEvent(
            choice.Text("text") ?? choice.Member("delta")?.Text("content"),
            chunk.Text("model"),
            choice.Text("finish_reason") is { Length: > 0 } reason ? reason : null,
            usage?.Number("prompt_tokens"),
            usage?.Member("prompt_tokens_details")?.Number("cached_tokens") ?? timings?.Number("cache_n"),
            usage?.Number("completion_tokens"),
            timings?.Fraction("predicted_per_second"));
    }

    private sealed record FimEvent(
        string? Text,
        string? Model,
        string? FinishReason,
        int? PromptTokens,
        int? CachedTokens,
        int? CompletionTokens,
        double? TokensPerSecond)
    {
        public static readonly FimEvent Done = new(null, null, null, null, null, null, null);
    }

    // A server sends the figures with the last text, after it, or not at all.
    private sealed class EndBuilder
    {
        private FimEvent all = FimEvent.Done;

        public void Take(FimEvent chunk) => all = new FimEvent(
            null,
            null,
            chunk.FinishReason ?? all.FinishReason,
            chunk.PromptTokens ?? all.PromptTokens,
            chunk.CachedTokens ?? all.CachedTokens,
            chunk.CompletionTokens ?? all.CompletionTokens,
            chunk.TokensPerSecond ?? all.TokensPerSecond);

        public FimEnd Build(string? reason, double? seconds) => new(
            reason ?? (all.FinishReason == "length" ? "length" : "stop"),
            all.PromptTokens,
            all.CachedTokens,
            all.CompletionTokens,
            all.TokensPerSecond ?? (all.CompletionTokens > 1 && seconds > 0 ? (all.CompletionTokens - 1) / seconds : null));
    }
}
