using System.Text.Json.Nodes;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>llama.cpp's llama-server: closest to the promise, and the only one that takes a grammar.</summary>
internal sealed class LlamaServerDialect(EndpointSettings endpoint, HttpMessageHandler inner) : Dialect(endpoint, inner)
{
    protected override void Rewrite(JsonObject body)
    {
        // The default, said aloud: a keystroke costs what was typed only if the prompt before it is kept.
        body["cache_prompt"] = true;
        StrictRequest.ThinkingByTemplate(body);
    }
}
