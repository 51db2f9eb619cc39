using System.Text.Json.Nodes;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>llama.cpp's llama-server: closest to OpenAI, and the only server with a grammar.</summary>
internal sealed class LlamaServerDialect(EndpointSettings endpoint, HttpMessageHandler inner) : Dialect(endpoint, inner)
{
    protected override void Rewrite(JsonObject body)
    {
        // The default, made explicit: without the cached prompt each keystroke would read the whole prompt again.
        body["cache_prompt"] = true;
        StrictRequest.ThinkingByTemplate(body);
    }
}
