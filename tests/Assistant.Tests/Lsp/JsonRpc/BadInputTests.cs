using System.Text;
using System.Text.Json;
using Assistant.Lsp.Protocol;
using Assistant.Tests.Server;

namespace Assistant.Tests.Lsp.JsonRpc;

/// <summary>
/// Over a hundred kinds of bad input. Each gets its answer (`id code`, or none), and the server answers the next ping and ends normally.
/// </summary>
public sealed class BadInputTests
{
    private const string Ping = """{"jsonrpc":"2.0","id":900,"method":"assistant/ping"}""";

    [Theory]
    // Not JSON.
    [InlineData("", "null -32700")]
    [InlineData("hello", "null -32700")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"assistant/ping" """, "null -32700")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"assistant/ping"}}""", "null -32700")]
    [InlineData("""{'jsonrpc':'2.0'}""", "null -32700")]
    [InlineData("""{"id":900,"method":"assistant/ping",}""", "null -32700")]
    [InlineData("""{"id":900,/* why */"method":"assistant/ping"}""", "null -32700")]
    [InlineData("""{"id":NaN,"method":"assistant/ping"}""", "null -32700")]
    // JSON, but no message.
    [InlineData("1", "null -32600")]
    [InlineData("null", "null -32600")]
    [InlineData("\"text\"", "null -32600")]
    [InlineData("[]", "null -32600")]
    [InlineData("""[{"jsonrpc":"2.0","id":900,"method":"assistant/ping"}]""", "null -32600")]
    [InlineData("{}", "null -32600")]
    [InlineData("""{"jsonrpc":"2.0","id":900}""", "900 -32600")]
    [InlineData("""{"jsonrpc":"2.0","result":1}""", "null -32600")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":7}""", "900 -32600")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":null}""", "900 -32600")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"\ud800"}""", "null -32600")]
    // Ids.
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"assistant/ping"}""", "null -32600")]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"assistant/ping"}""", "null -32600")]
    [InlineData("""{"jsonrpc":"2.0","id":{"a":[1]},"method":"assistant/ping"}""", "null -32600")]
    [InlineData("""{"jsonrpc":"2.0","id":true,"method":"assistant/ping"}""", "null -32600")]
    [InlineData("""{"jsonrpc":"2.0","id":99999999999999999999,"method":"assistant/ping"}""", "null -32600")]
    [InlineData("""{"jsonrpc":"2.0","id":"\udc00","method":"assistant/ping"}""", "null -32600")]
    [InlineData("""{"jsonrpc":"2.0","id":"abc","method":"assistant/ping"}""", "\"abc\" ok")]
    [InlineData("""{"jsonrpc":"2.0","id":"","method":"assistant/ping"}""", "\"\" ok")]
    [InlineData("""{"jsonrpc":"2.0","id":-7,"method":"assistant/ping"}""", "-7 ok")]
    // Methods.
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/unknown"}""", "900 -32601")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"$/unknown"}""", "900 -32601")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":""}""", "900 -32601")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/didOpen"}""", "900 -32601")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/unknown","params":{}}""", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"textDocument/unknown"}""", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"shutdown"}""", "")]
    // Params.
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion"}""", "900 -32602")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion","params":null}""", "900 -32602")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion","params":[]}""", "900 -32602")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion","params":5}""", "900 -32602")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"assistant/ping","params":null}""", "900 ok")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"assistant/ping"}""", "900 ok")]
    // Params before the method and unknown fields are valid.
    [InlineData("""{"params":{"more":[1,{}]},"extra":1,"method":"assistant/ping","id":900,"jsonrpc":"2.0"}""", "900 ok")]
    // Duplicate fields, or fields of two kinds of message: the last one counts, and a method makes the message a request.
    [InlineData("""{"id":901,"id":900,"method":"assistant/ping"}""", "900 ok")]
    [InlineData("""{"id":900,"method":"textDocument/unknown","method":"assistant/ping"}""", "900 ok")]
    [InlineData("""{"id":900,"method":"assistant/ping","result":1,"error":{"code":1,"message":""}}""", "900 ok")]
    [InlineData("""{"jsonrpc":"1.0","id":900,"method":"assistant/ping"}""", "900 ok")]
    // Answers without a request.
    [InlineData("""{"jsonrpc":"2.0","id":900,"result":null}""", "")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"result":null,"error":null}""", "")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"yours"}}""", "")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":7}""", "")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","result":{}}""", "")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"error":{"code":-32800,"message":""}}""", "")]
    // Cancels without a request.
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":12345}}""", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}""", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancelRequest"}""", "")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"$/cancelRequest","params":{"id":900}}""", "900 -32601")]
    public Task A_bad_body_is_answered(string body, string answer) => Check(TestClient.Frame(body), answer);

    [Theory]
    [InlineData("""null""", "0", "1")]
    [InlineData("""{"uri":7}""", "0", "1")]
    [InlineData("""{"uri":"\ud800"}""", "0", "1")]
    [InlineData("""{"uri":"a"}""", "-1", "1")]
    [InlineData("""{"uri":"a"}""", "0.5", "1")]
    [InlineData("""{"uri":"a"}""", "9999999999", "1")]
    [InlineData("""{"uri":"a"}""", "0", "\"one\"")]
    public Task Bad_params_are_answered(string document, string line, string trigger)
    {
        var position = $$"""{"line":{{line}},"character":0}""";
        var parameters = $$$"""{"textDocument":{{{document}}},"position":{{{position}}},"context":{"triggerKind":{{{trigger}}}}}""";
        var body = $$"""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion","params":{{parameters}}}""";
        return Check(TestClient.Frame(body), "900 -32602");
    }

    [Theory]
    // Valid but unusual heads. `⏎` is CR LF, and # is the length of the body in bytes.
    [InlineData("content-length:#⏎⏎", "900 ok")]
    [InlineData("Content-Length: #\n\n", "900 ok")]
    [InlineData("Content-Length: 00#⏎⏎", "900 ok")]
    [InlineData("Content-Type: application/vscode-jsonrpc; charset=utf8⏎Content-Length: #⏎⏎", "900 ok")]
    // Wrong heads with a known length.
    [InlineData("Content-Length: #⏎Content-Type: text/plain; charset=utf-16⏎⏎", "900 ok")]
    [InlineData("X-Other: 1⏎Content-Length: #⏎⏎", "900 ok")]
    [InlineData("no colon⏎Content-Length: #⏎⏎", "900 ok")]
    [InlineData("⏎⏎⏎Content-Length: #⏎⏎", "900 ok")]
    [InlineData("\0\u0001\u007f⏎Content-Length: #⏎⏎", "900 ok")]
    [InlineData("Content-Length: 5⏎Content-Length: #⏎⏎", "900 ok")]
    [InlineData("{\"lost\":1}Content-Length: #⏎⏎", "900 ok")]
    // Heads without a length: only the body is lost.
    [InlineData("⏎", "")]
    [InlineData("Content-Type: application/vscode-jsonrpc⏎⏎", "")]
    [InlineData("Content-Length:⏎⏎", "")]
    [InlineData("Content-Length #⏎⏎", "")]
    [InlineData("Content-Length: nine⏎⏎", "")]
    [InlineData("Content-Length: -1⏎⏎", "")]
    [InlineData("Content-Length: +#⏎⏎", "")]
    [InlineData("Content-Length: 0x10⏎⏎", "")]
    [InlineData("Content-Length: 1e3⏎⏎", "")]
    [InlineData("Content-Length: #.0⏎⏎", "")]
    [InlineData("Content-Length: 99999999999999999999⏎⏎", "")]
    // The length is too small.
    [InlineData("Content-Length: 0⏎⏎", "null -32700")]
    [InlineData("Content-Length: 1⏎⏎", "null -32700")]
    public Task A_bad_head_is_survived(string head, string answer) =>
        Check(Encoding.UTF8.GetBytes(head.Replace("#", $"{Ping.Length}").Replace("⏎", "\r\n") + Ping), answer);

    [Fact]
    public Task A_length_that_reaches_into_the_next_message_costs_both() =>
        Check([.. Encoding.UTF8.GetBytes($"Content-Length: {Ping.Length + 10}\r\n\r\n{Ping}"), .. TestClient.Frame(Ping)], "null -32700");

    [Fact]
    public Task A_line_without_an_end_is_skipped() =>
        Check([.. Enumerable.Repeat((byte)'x', 1_000_000), .. TestClient.Frame(Ping)], "900 ok");

    [Theory]
    [InlineData("ff")]
    [InlineData("c3")]
    [InlineData("c0af")]
    [InlineData("eda080")]
    [InlineData("f8888080af")]
    public Task Bytes_that_are_no_utf8_are_not_json(string hex) =>
        Check(Framed([(byte)'"', .. Convert.FromHexString(hex), (byte)'"']), "null -32700");

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public Task Another_encoding_is_not_json(string encoding) =>
        Check(Framed(Encoding.GetEncoding(encoding).GetBytes(Ping)), "null -32700");

    [Fact]
    public Task A_byte_order_mark_is_not_json() => Check(TestClient.Frame($"\ufeff{Ping}"), "null -32700");

    [Fact]
    public Task A_zero_byte_behind_the_message_is_not_json() => Check(TestClient.Frame($"{Ping}\0"), "null -32700");

    [Fact]
    public Task A_deep_body_is_not_json() => Check(TestClient.Frame(new string('[', 100_000) + new string(']', 100_000)), "null -32700");

    [Theory]
    [InlineData(254, "900 ok")]
    [InlineData(255, "null -32700")]
    public Task Params_of_the_maximum_depth_are_read(int depth, string answer)
    {
        var deep = new string('[', depth) + new string(']', depth);
        return Check(TestClient.Frame($$$"""{"id":900,"method":"assistant/ping","params":{"a":{{{deep}}}}}"""), answer);
    }

    [Fact]
    public Task A_body_above_64_MB_is_refused_and_skipped()
    {
        var header = Encoding.ASCII.GetBytes($"Content-Length: {(64 << 20) + 1}\r\n\r\n");
        var bytes = new byte[header.Length + (64 << 20) + 1];
        bytes.AsSpan().Fill((byte)'C');
        header.CopyTo(bytes, 0);
        return Check(bytes, "null -32600");
    }

    [Fact]
    public Task Lost_bytes_are_skipped() => Check("Content-Length: nine\r\n\r\n{\"a\":1}\r\n"u8.ToArray(), "");

    [Fact]
    public async Task Half_a_surrogate_pair_in_a_text_keeps_positions_right()
    {
        const string Line = "x \ud83d \" ä ";
        await using var client = TestClient.Start(ToyServer.RunAsync);
        await client.InitializeAsync();
        const string Document = """{"uri":"a","languageId":"csharp","version":1,"text":"x \ud83d \" \u00e4 \n"}""";
        client.Send($$$"""{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{{{Document}}}}}""");
        var list = await client.RequestAsync(
            Methods.InlineCompletion,
            new(new("a"), new Position(0, Line.Length), new(InlineCompletionTriggerKind.Invoked)));
        // The answer has a replacement character, since UTF-8 has no half pairs.
        Assert.Equal(Line.Replace('\ud83d', '\ufffd'), list!.Items[0].InsertText);
    }

    private static async Task Check(byte[] bytes, string answer)
    {
        await using var client = TestClient.Start(ToyServer.RunAsync);
        await client.InitializeAsync();
        var before = client.Received.Count;
        client.SendBytes(bytes);
        // The answer to the ping comes after the answer to the bad input, since both are answered in the order of reading.
        var ping = await client.RequestAsync("assistant/ping", "{}");
        Assert.True(ping.TryGetProperty("result", out _));
        var pingId = ping.GetProperty("id").GetInt32();
        if (answer.EndsWith("ok", StringComparison.Ordinal))
        {
            await client.WaitForMessageAsync(message => message.GetProperty("id").GetRawText() == answer[..^3]);
        }
        Assert.Equal(answer, string.Join('|', client.Received.Skip(before).Select(Describe).Where(text => text != $"{pingId} ok")));
        Assert.Equal(0, await client.ShutdownAsync());
    }

    private static byte[] Framed(byte[] body) => [.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body];

    private static string Describe(JsonElement message)
    {
        var code = message.TryGetProperty("error", out var error) ? error.GetProperty("code").GetRawText() : "ok";
        return $"{message.GetProperty("id").GetRawText()} {code}";
    }
}
