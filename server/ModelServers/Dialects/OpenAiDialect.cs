using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>Any other server that speaks as OpenAI does, the clouds too: it gets nothing that OpenAI's own documentation does not name.</summary>
internal sealed partial class OpenAiDialect(EndpointSettings endpoint, HttpMessageHandler inner) : Dialect(endpoint, inner)
{
    protected override void Rewrite(JsonObject body)
    {
        StrictRequest.Remove(body, "grammar", "cache_prompt", "chat_template_kwargs");
        var model = StrictReply.Text(body["model"]) ?? "";
        if (ReasoningModel().IsMatch(model))
        {
            // They take no other temperature than their own.
            StrictRequest.Remove(body, "temperature", "top_p", "presence_penalty", "frequency_penalty");
        }
        else
        {
            // Models that do not reason refuse it.
            body.Remove("reasoning_effort");
        }
        // OpenAI's newer models refuse max_tokens, behind a proxy that keeps their names too, and all of its chat models take the newer name;
        // who copies OpenAI may know the older one only.
        if ((IsOpenAiItself || (ReasoningModel().IsMatch(model) && !model.Contains('/', StringComparison.Ordinal))) && body.ContainsKey("messages") && body.Remove("max_tokens", out var most))
        {
            body["max_completion_tokens"] = most;
        }
    }

    private bool IsOpenAiItself =>
        Endpoint.BaseUrl.Host is "api.openai.com" || Endpoint.BaseUrl.Host.EndsWith(".openai.azure.com", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(.*/)?(o\d|gpt-5)", RegexOptions.IgnoreCase)]
    private static partial Regex ReasoningModel();
}
