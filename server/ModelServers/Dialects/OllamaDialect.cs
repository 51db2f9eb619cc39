using System.Text.Json.Nodes;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>
/// Ollama. Chat and embeddings use its OpenAI paths. Raw text uses its own <c>/api/generate</c>, since <c>/v1/completions</c> puts every
/// prompt into the model's chat template. Ollama chooses the context (4,096 tokens on small cards): <c>/v1</c> cannot set it, and setting
/// it on <c>/api/generate</c> would load the model again.
/// </summary>
internal sealed class OllamaDialect(EndpointSettings endpoint, HttpMessageHandler inner) : Dialect(endpoint, inner)
{
    protected override void Rewrite(JsonObject body)
    {
        // Ollama ignores tool_choice, parallel_tool_calls, logit_bias and n.
        StrictRequest.Remove(
            body, "grammar", "cache_prompt", "chat_template_kwargs", "tool_choice", "parallel_tool_calls", "logit_bias", "n");
        // The default is 1.0 and overrides the Modelfile.
        if (body.ContainsKey("messages"))
        {
            body.TryAdd("temperature", 0.2);
        }
    }

    protected override void Readdress(HttpRequestMessage request, JsonObject body, ReplyKind kind)
    {
        if (kind != ReplyKind.Completion)
        {
            return;
        }
        var path = request.RequestUri!.AbsolutePath;
        var root = path[..path.LastIndexOf("/completions", StringComparison.Ordinal)];
        root = root.EndsWith("/v1", StringComparison.Ordinal) ? root[..^3] : root;
        request.RequestUri = new UriBuilder(request.RequestUri) { Path = root + "/api/generate", Query = "" }.Uri;

        var options = new JsonObject();
        Move("max_tokens", "num_predict");
        foreach (var name in (ReadOnlySpan<string>)["temperature", "top_p", "stop", "seed"])
        {
            Move(name, name);
        }
        StrictRequest.Remove(body, "stream_options", "presence_penalty", "frequency_penalty", "reasoning_effort");
        body["raw"] = true;
        body["options"] = options;

        void Move(string from, string to)
        {
            if (body.Remove(from, out var value))
            {
                options[to] = value;
            }
        }
    }

    protected override Stream? EventsOf(HttpContent content, Stream stream) =>
        content.Headers.ContentType?.MediaType == "application/x-ndjson" ? new OllamaEvents(stream) : base.EventsOf(content, stream);
}
