using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>mlx_lm.server: HTTP/1.0, a connection for each reply, and requests that can kill its only generation thread.</summary>
internal sealed partial class MlxDialect(EndpointSettings endpoint, HttpMessageHandler inner) : Dialect(endpoint, inner)
{
    protected override void Rewrite(JsonObject body)
    {
        // A seed switches batching off. Penalties and biases in a batch with a request without them have killed the generation thread
        // (mlx-lm issues 1472 and 1513). mlx does not know the other fields.
        StrictRequest.Remove(body, "seed", "presence_penalty", "frequency_penalty", "repetition_penalty", "logit_bias", "logprobs",
            "grammar", "cache_prompt", "response_format", "tool_choice", "parallel_tool_calls");
        // mlx compares stops as tokens: a stop of text does not end the answer, mlx only deletes it.
        StrictRequest.KeepStops(body, stop => SpecialToken().IsMatch(stop));
        StrictRequest.ThinkingByTemplate(body);
    }

    [GeneratedRegex(@"^(<[^<>\s]+>|\[[A-Z_]+\])$")]
    private static partial Regex SpecialToken();
}
