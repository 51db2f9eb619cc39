using System.Text.Json.Nodes;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>LM Studio: answers 200 to everything, with errors as string or object; <see cref="ServerErrorParser"/> reads them.</summary>
internal sealed class LmStudioDialect(EndpointSettings endpoint, HttpMessageHandler inner) : Dialect(endpoint, inner)
{
    protected override void Rewrite(JsonObject body)
    {
        StrictRequest.Remove(body, "grammar", "cache_prompt", "chat_template_kwargs", "parallel_tool_calls");
        StrictRequest.AnyObjectBySchema(body);
        // LM Studio accepts tool_choice only as a string.
        if (body["tool_choice"] is JsonObject)
        {
            body["tool_choice"] = "required";
        }
    }
}
