using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Assistant.Tests.SimulatedServers;

/// <summary>A reply on the wire: status line, headers in their order, the body without its chunk lines.</summary>
internal sealed record RawReply(string Status, IReadOnlyList<string> Headers, string Body)
{
    public bool IsStream => Headers.Any(header => header.EndsWith("text/event-stream", StringComparison.Ordinal));

    /// <summary>
    /// Reads a reply, whole or cut by a hang-up. Some captures hold chunk lines; others come from a client that had removed them.
    /// </summary>
    public static RawReply Parse(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end > 0, $"No head in: {text}");
        var lines = text[..end].Split("\r\n");
        var body = text[(end + 4)..];
        if (lines.Contains("Transfer-Encoding: chunked") && Regex.IsMatch(body, "^[0-9a-f]+\r\n"))
        {
            body = Unchunked(body);
        }
        return new RawReply(lines[0], lines[1..], Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body)));
    }

    /// <summary>
    /// Sends a request unchanged and reads until the reply is whole: by its length, by its last chunk, or by the end of the connection.
    /// </summary>
    public static async Task<RawReply> AskAsync(Uri server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request));
        return Parse(await ReadAsync(client.GetStream()));
    }

    /// <summary>The bytes up to the end of the reply; empty if the server closes without one.</summary>
    public static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        using var bytes = new MemoryStream();
        var buffer = new byte[16 << 10];
        try
        {
            while (!IsWhole(Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length))
                && await stream.ReadAsync(buffer, guard.Token) is > 0 and var read)
            {
                bytes.Write(buffer, 0, read);
            }
        }
        catch (IOException)
        {
            // After a reset the bytes so far are the reply.
        }
        return bytes.ToArray();
    }

    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0 || text.StartsWith("HTTP/1.0", StringComparison.Ordinal))
        {
            return false;
        }
        var length = Regex.Match(text[..end], "\r\nContent-Length: ([0-9]+)");
        return length.Success
            ? text.Length >= end + 4 + int.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture)
            : text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal);
    }

    private static string Unchunked(string body)
    {
        var text = new StringBuilder();
        var position = 0;
        while (body.IndexOf("\r\n", position, StringComparison.Ordinal) is var line and > 0)
        {
            var size = int.Parse(body[position..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            text.Append(body, line + 2, Math.Min(size, body.Length - line - 2));
            position = Math.Min(body.Length, line + 2 + size + 2);
        }
        return text.ToString();
    }
}
