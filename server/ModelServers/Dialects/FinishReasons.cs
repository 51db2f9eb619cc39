namespace Assistant.ModelServers.Dialects;

/// <summary>The four finish reasons that the SDK knows; any other ends its stream with an exception.</summary>
internal static class FinishReasons
{
    /// <param name="given">The server's own reason. Seen: null, "", eos, load (Ollama, for an empty prompt), and other names.</param>
    /// <param name="calls">True if the answer holds tool calls. They decide: servers were seen to report either reason wrongly.</param>
    /// <returns>Null if the answer has not ended.</returns>
    public static string? Strict(string? given, bool calls) => given switch
    {
        null or "" => null,
        "length" or "max_tokens" or "max_length" or "max_new_tokens" => "length",
        "content_filter" => "content_filter",
        _ => calls ? "tool_calls" : "stop",
    };
}
