using System.Text;
using Assistant.Tests.Lsp;

namespace Assistant.Tests.Fuzz;

/// <summary>Bytes that no client should send. They never claim bytes of the next message, and never are `shutdown` or `exit`.</summary>
internal sealed class FuzzJunk(Random random)
{
    private static readonly string[] Json =
    [
        "null", "[]", "{}", "0", "\"\"", "[[[[[]]]]]", """{"jsonrpc":"2.0"}""", """{"id":"junk"}""", """{"method":5}""",
        """{"id":{},"method":"a"}""", """{"jsonrpc":"2.0","id":"junk","result":{}}""", """{"jsonrpc":"2.0","id":null,"error":{}}""",
        """{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}""",
        """{"jsonrpc":"2.0","id":null,"method":"initialize","params":{}}""", """[{"jsonrpc":"2.0","id":1,"method":"assistant/ping"}]""",
        """{"jsonrpc":"2.0","method":"\ud800","params":"\udfff"}""",
        """{"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":null}}""",
    ];

    private static readonly string[] BadLengths = ["-5", "", "x", "1.5", "99999999999999999999", "0x10", "５"];

    public byte[] Next() => random.Next(8) switch
    {
        0 => Framed(Bytes(random.Next(200))),
        1 => TestClient.Frame(Json[random.Next(Json.Length)]),
        2 => TestClient.Frame(Cut(Json[random.Next(Json.Length)])),
        3 => [.. Line(), (byte)'\n'],
        4 => Encoding.UTF8.GetBytes(
            $"Content-Length: {BadLengths[random.Next(BadLengths.Length)]}\r\n\r\n{Json[random.Next(Json.Length)]}"),
        5 => TooShort(Json[random.Next(Json.Length)]),
        6 => TestClient.Frame(new string('[', random.Next(1, 2000))),
        _ => Encoding.ASCII.GetBytes(new string('\n', random.Next(5)) + new string('j', random.Next(3000))),
    };

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Framed(byte[] body) => [.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body];

    private string Cut(string text) => text[..random.Next(text.Length)];

    /// <summary>Random bytes. With the given seed they contain no header.</summary>
    private byte[] Line() => Bytes(random.Next(500));

    private byte[] TooShort(string body) => Encoding.UTF8.GetBytes($"Content-Length: {random.Next(body.Length)}\r\n\r\n{body}");
}
