using System.Text.Json.Nodes;

namespace Assistant.ModelServers.Dialects;

/// <summary>The form of a reply, as its request asks for it.</summary>
/// <param name="Stream">The request asked for a stream.</param>
/// <param name="Schema">The request asked for JSON of a schema. Servers put that JSON into the reasoning of thinking models.</param>
/// <param name="MaxTokens">The request's limit, in tokens; null if it has none.</param>
/// <param name="ThinksFirst">
/// The model always thinks, and its template may open the thinking in the prompt: the reply then begins with thoughts without a tag.
/// </param>
internal sealed record ExpectedReply(ReplyKind Kind, bool Stream, bool Schema, int? MaxTokens, bool ThinksFirst)
{
    /// <param name="thinksFirst">Decided by the family of the route's model: the id in the body may be any alias.</param>
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
