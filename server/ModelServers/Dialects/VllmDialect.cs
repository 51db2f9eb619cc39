using System.Text.Json.Nodes;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>vLLM: strict builds refuse unknown fields.</summary>
internal sealed class VllmDialect(EndpointSettings endpoint, HttpMessageHandler inner) : Dialect(endpoint, inner)
{
    protected override void Rewrite(JsonObject body)
    {
        StrictRequest.Remove(body, "grammar", "cache_prompt");
        StrictRequest.ThinkingByTemplate(body);
    }
}
