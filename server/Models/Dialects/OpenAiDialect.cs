using System.Text.Json.Nodes;
using Assistant.Settings;

namespace Assistant.Models.Dialects;

/// <summary>Any other server that speaks as OpenAI does: it gets nothing that OpenAI's own documentation does not name.</summary>
internal sealed class OpenAiDialect(EndpointSettings endpoint, HttpMessageHandler inner) : Dialect(endpoint, inner)
{
    // Models that do not reason refuse reasoning_effort.
    protected override void Rewrite(JsonObject body) =>
        StrictRequest.Remove(body, "grammar", "cache_prompt", "chat_template_kwargs", "reasoning_effort");
}
