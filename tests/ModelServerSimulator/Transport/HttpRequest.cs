namespace ModelServerSimulator;

/// <summary>A request as it was read from the wire; the body of a chunked one is put together.</summary>
internal sealed record HttpRequest(string Method, string Path, string Version, string Head, byte[] Body)
{
    public bool IsChunked => Header("Transfer-Encoding") is { } coding && coding.Contains("chunked", StringComparison.OrdinalIgnoreCase);

    public bool WantsClose =>
        Version == "HTTP/1.0"
        || (Header("Connection") is { } connection && connection.Contains("close", StringComparison.OrdinalIgnoreCase));

    public string? Header(string name) => Header(Head, name);

    public static string? Header(string head, string name) => head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();
}
