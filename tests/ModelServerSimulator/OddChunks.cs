namespace ModelServerSimulator;

/// <summary>What some server or the proxy before it puts between the chunks of a stream, and what no reader may fall over.</summary>
internal static class OddChunks
{
    /// <summary>The event, with harmless oddities before it.</summary>
    public static string Around(string piece, bool chat, bool first)
    {
        var empty = chat
            ? """{"id":"x","object":"chat.completion.chunk","created":1795224497.25,"model":"m","choices":"""
                + """[{"index":0,"delta":{},"finish_reason":null}]}"""
            : """{"id":"x","object":"text_completion","created":1795224497.25,"model":"m","choices":"""
                + """[{"index":0,"text":"","finish_reason":null}]}""";
        var none = chat
            ? """{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":"""
                + """[{"index":0,"delta":null,"finish_reason":""}]}"""
            : empty;
        return first
            ? $": ping\r\n\r\nid: 1\nretry: 1000\ndata:{empty}\r\n\r\n" + piece
            : $": ping\n\ndata:\n\nevent: message\ndata: {none}\n\n" + piece;
    }
}
