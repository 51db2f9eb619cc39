namespace Assistant.ModelServers.Dialects;

/// <summary>Why an answer ended, in the four words that the SDK knows; any other ends its stream with an exception.</summary>
internal static class FinishReasons
{
    /// <param name="given">Seen: null, "", eos, load (Ollama, where the prompt was empty), and names of servers' own.</param>
    /// <param name="calls">Whether there were tool calls. They decide, whatever the server says: both lies were seen.</param>
    /// <returns>Null where the answer has not ended.</returns>
    public static string? Strict(string? given, bool calls) => given switch
    {
        null or "" => null,
        "length" or "max_tokens" or "max_length" or "max_new_tokens" => "length",
        "content_filter" => "content_filter",
        _ => calls ? "tool_calls" : "stop",
    };
}
