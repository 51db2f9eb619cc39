using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assistant.ModelServers.Transport;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>
/// Makes one kind of server a strict OpenAI server: it rewrites requests into the server's form, and replies and streams into strict
/// ones or a <see cref="ModelServerException"/>. No layer above knows a dialect. Each kind has its own file.
/// </summary>
internal abstract class Dialect(EndpointSettings endpoint, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>
    /// A token of the request alone. Its cancellation closes the connection of a running stream at once, also while no reader waits.
    /// </summary>
    public static readonly HttpRequestOptionsKey<CancellationToken> HangUp = new("HangUp");

    /// <summary>The model always thinks before it answers, according to its route's family. Absent: it does not.</summary>
    public static readonly HttpRequestOptionsKey<bool> ThinksFirst = new("ThinksFirst");

    public static HttpMessageHandler For(EndpointKind kind, EndpointSettings endpoint, HttpMessageHandler inner) => kind switch
    {
        EndpointKind.LlamaCpp => new LlamaServerDialect(endpoint, inner),
        EndpointKind.LmStudio => new LmStudioDialect(endpoint, inner),
        EndpointKind.Mlx => new MlxDialect(endpoint, inner),
        EndpointKind.Ollama => new OllamaDialect(endpoint, inner),
        EndpointKind.Vllm => new VllmDialect(endpoint, inner),
        _ => new OpenAiDialect(endpoint, inner),
    };

    protected EndpointSettings Endpoint => endpoint;

    /// <summary>Rewrites a request for this server, after <see cref="StrictRequest.Tidy"/>.</summary>
    protected abstract void Rewrite(JsonObject body);

    /// <summary>Changes the address or the form of a request for a server that answers some kind of request elsewhere.</summary>
    protected virtual void Readdress(HttpRequestMessage request, JsonObject body, ReplyKind kind)
    {
    }

    /// <summary>The events of a stream in the OpenAI form, which most servers send; null if the reply is no stream.</summary>
    protected virtual Stream? EventsOf(HttpContent content, Stream stream) =>
        content.Headers.ContentType?.MediaType == "text/event-stream" ? stream : null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null)
        {
            return await base.SendAsync(request, cancellationToken);
        }
        var kind = KindOf(request.RequestUri!);
        var body = await StrictRequest.ReadAsync(request.Content, cancellationToken);
        StrictRequest.Tidy(body, kind);
        Rewrite(body);
        StrictRequest.CapStops(body);
        var expected = ExpectedReply.Of(kind, body, thinksFirst: request.Options.TryGetValue(ThinksFirst, out var thinks) && thinks);
        Readdress(request, body, kind);
        request.Content = StrictRequest.Write(body);

        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            request.Options.TryGetValue(ResilienceHandler.ReplyBody, out var watched);
            var strict = await StrictReplyAsync(response, expected, watched, cancellationToken);
            if (expected.Stream && request.Options.TryGetValue(HangUp, out var hangUp))
            {
                // Disposing the response is not enough: the SDK detaches the content from it.
                hangUp.UnsafeRegister(
                    static stream => ((Stream)stream!).Dispose(), await strict.Content.ReadAsStreamAsync(cancellationToken));
            }
            return strict;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> StrictReplyAsync(
        HttpResponseMessage response, ExpectedReply expected, WatchedStream? watched, CancellationToken token)
    {
        if (response.IsSuccessStatusCode && expected.Stream
            && EventsOf(response.Content, await response.Content.ReadAsStreamAsync(token)) is { } stream)
        {
            var events = new StrictEvents(stream, endpoint, expected, watched);
            response.Content = new StreamContent(events) { Headers = { ContentType = new MediaTypeHeaderValue("text/event-stream") } };
            return response;
        }
        var text = await WholeReply.ReadAsync(response.Content, Endpoint, token);
        if (!response.IsSuccessStatusCode || ServerErrorParser.HasError(text))
        {
            throw ServerErrorParser.ToException(endpoint, (int)response.StatusCode, text);
        }
        if (expected.Stream || Strict(text, expected) is not { } strict)
        {
            throw ModelServerErrors.UnexpectedServer(endpoint, text.Length == 0 ? "nothing but an empty reply"
                : expected.Kind == ReplyKind.Embeddings ? "no server of vectors: its reply holds none"
                : "no model server, or not one that streams");
        }
        response.Content = new ByteArrayContent(strict) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return response;
    }

    /// <returns>Null if the text is no reply of the expected kind.</returns>
    private static byte[]? Strict(string text, ExpectedReply expected)
    {
        try
        {
            return JsonSanitizer.Parse(text) is JsonObject reply ? StrictReply.Rewrite(reply, expected) : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ReplyKind KindOf(Uri url) =>
        url.AbsolutePath.EndsWith("/embeddings", StringComparison.Ordinal) ? ReplyKind.Embeddings
        : url.AbsolutePath.EndsWith("/chat/completions", StringComparison.Ordinal) ? ReplyKind.Chat
        : ReplyKind.Completion;
}
