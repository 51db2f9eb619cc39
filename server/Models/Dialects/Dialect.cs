using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Assistant.Settings;

namespace Assistant.Models.Dialects;

/// <summary>
/// Turns one kind of server into a strict OpenAI server, both ways: requests into what it takes, replies and streams into what was
/// promised, or into a <see cref="ModelServerException"/>. Above it nobody knows a dialect. A file for each kind.
/// </summary>
internal abstract class Dialect(EndpointSettings endpoint, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public static HttpMessageHandler For(EndpointKind kind, EndpointSettings endpoint, HttpMessageHandler inner) => kind switch
    {
        EndpointKind.LlamaCpp => new LlamaServerDialect(endpoint, inner),
        EndpointKind.LmStudio => new LmStudioDialect(endpoint, inner),
        EndpointKind.Mlx => new MlxDialect(endpoint, inner),
        EndpointKind.Vllm => new VllmDialect(endpoint, inner),
        _ => new OpenAiDialect(endpoint, inner),
    };

    protected EndpointSettings Endpoint => endpoint;

    /// <summary>Makes a strict request into one that this server takes; <see cref="StrictRequest"/> was there before.</summary>
    protected abstract void Rewrite(JsonObject body);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null)
        {
            return await base.SendAsync(request, cancellationToken);
        }
        var body = await StrictRequest.ReadAsync(request.Content, cancellationToken);
        StrictRequest.Tidy(body);
        Rewrite(body);
        StrictRequest.CapStops(body);
        request.Content = StrictRequest.Write(body);

        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            return await StrictReplyAsync(response, StrictRequest.IsStream(body), cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> StrictReplyAsync(HttpResponseMessage response, bool wantedStream, CancellationToken token)
    {
        var isStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        if (response.IsSuccessStatusCode && isStream && wantedStream)
        {
            var events = new StrictEvents(await response.Content.ReadAsStreamAsync(token), endpoint);
            response.Content = new StreamContent(events) { Headers = { ContentType = new MediaTypeHeaderValue("text/event-stream") } };
            return response;
        }
        var text = await response.Content.ReadAsStringAsync(token);
        if (!response.IsSuccessStatusCode || ServerWords.HasError(text))
        {
            throw ServerWords.ToException(endpoint, (int)response.StatusCode, text);
        }
        if (wantedStream || !ServerWords.IsObject(text))
        {
            throw Faults.NotWhatItWas(endpoint, text.Length == 0 ? "nothing but an empty reply" : "no model server, or not one that streams");
        }
        response.Content = new StringContent(text) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return response;
    }
}
