using System.Text.Json.Nodes;

namespace Assistant.ModelServers.Dialects;

/// <summary>The form that a reply must have, as its request says.</summary>
/// <param name="Stream">The request asked for a stream.</param>
/// <param name="Schema">It asked for JSON of a schema: servers put that into the reasoning of models that think.</param>
/// <param name="MaxTokens">The most tokens that it asked for; null where it named no limit.</param>
/// <param name="ThinksFirst">
/// The model always thinks, and its template may open the thinking in the prompt: what comes first is thinking although no tag says so.
/// </param>
internal sealed record ExpectedReply(ReplyKind Kind, bool Stream, bool Schema, int? MaxTokens, bool ThinksFirst)
{
    /// <param name="thinksFirst">By the family of the route's model: the id in the body may be any alias.</param>
    public static ExpectedReply Of(ReplyKind kind, JsonObject body, bool thinksFirst) => new(
        kind,
        StrictRequest.IsStream(body),
        Schema: body["response_format"]?["type"]?.GetValue<string>() == "json_schema",
        MaxTokens: (body["max_tokens"] ?? body["max_completion_tokens"])?.GetValue<int>(),
        thinksFirst);
}

internal enum ReplyKind
{
    Chat,
    Completion,
    Embeddings,
}
