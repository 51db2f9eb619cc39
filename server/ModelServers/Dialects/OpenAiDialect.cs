using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>
/// Any other server with the OpenAI API, clouds included. A request holds only fields that OpenAI's own documentation names.
/// </summary>
internal sealed partial class OpenAiDialect(EndpointSettings endpoint, HttpMessageHandler inner) : Dialect(endpoint, inner)
{
    protected override void Rewrite(JsonObject body)
    {
        StrictRequest.Remove(body, "grammar", "cache_prompt", "chat_template_kwargs");
        var model = StrictReply.Text(body["model"]) ?? "";
        if (ReasoningModel().IsMatch(model))
        {
            // Reasoning models accept only their default temperature.
            StrictRequest.Remove(body, "temperature", "top_p", "presence_penalty", "frequency_penalty");
        }
        else
        {
            // Models without reasoning refuse it.
            body.Remove("reasoning_effort");
        }
        // OpenAI's newer models refuse max_tokens, also behind a proxy that keeps their names, and all of OpenAI's chat models accept the
        // newer name. Other servers with the OpenAI API may know only the older name.
        var takesNewName = IsOpenAiItself || (ReasoningModel().IsMatch(model) && !model.Contains('/', StringComparison.Ordinal));
        if (takesNewName && body.ContainsKey("messages") && body.Remove("max_tokens", out var most))
        {
            body["max_completion_tokens"] = most;
        }
    }

    private bool IsOpenAiItself =>
        Endpoint.BaseUrl.Host is "api.openai.com"
        || Endpoint.BaseUrl.Host.EndsWith(".openai.azure.com", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(.*/)?(o\d|gpt-5)", RegexOptions.IgnoreCase)]
    private static partial Regex ReasoningModel();
}
