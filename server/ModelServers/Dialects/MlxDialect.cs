using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>mlx_lm.server: HTTP/1.0, a connection for each reply, and requests that can kill its only generation thread.</summary>
internal sealed partial class MlxDialect(EndpointSettings endpoint, HttpMessageHandler inner) : Dialect(endpoint, inner)
{
    protected override void Rewrite(JsonObject body)
    {
        // A seed switches batching off. Penalties and biases beside a request without them have killed the generation thread
        // (mlx-lm issues 1472 and 1513). The rest is not known there.
        StrictRequest.Remove(body, "seed", "presence_penalty", "frequency_penalty", "repetition_penalty", "logit_bias", "logprobs",
            "grammar", "cache_prompt", "response_format", "tool_choice", "parallel_tool_calls");
        // Stops are compared as tokens: a textual one does not stop, it is deleted from the answer.
        StrictRequest.KeepStops(body, stop => SpecialToken().IsMatch(stop));
        StrictRequest.ThinkingByTemplate(body);
    }

    [GeneratedRegex(@"^(<[^<>\s]+>|\[[A-Z_]+\])$")]
    private static partial Regex SpecialToken();
}
