using System.Text;
using System.Text.Json;
using Assistant.Lsp.Protocol;
using Assistant.Tests.Server;

namespace Assistant.Tests.Lsp.JsonRpc;

/// <summary>What a client can get wrong, what it is answered, and that the server then goes on. An answer is `id code`; none is empty.</summary>
public sealed class BadInputTests
{
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
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion","params":{"textDocument":null,"position":{"line":0,"character":0},"context":{"triggerKind":1}}}""", "900 -32602")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion","params":{"textDocument":{"uri":7},"position":{"line":0,"character":0},"context":{"triggerKind":1}}}""", "900 -32602")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion","params":{"textDocument":{"uri":"\ud800"},"position":{"line":0,"character":0},"context":{"triggerKind":1}}}""", "900 -32602")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion","params":{"textDocument":{"uri":"a"},"position":{"line":-1,"character":0},"context":{"triggerKind":1}}}""", "900 -32602")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion","params":{"textDocument":{"uri":"a"},"position":{"line":0.5,"character":0},"context":{"triggerKind":1}}}""", "900 -32602")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion","params":{"textDocument":{"uri":"a"},"position":{"line":9999999999,"character":0},"context":{"triggerKind":1}}}""", "900 -32602")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"textDocument/inlineCompletion","params":{"textDocument":{"uri":"a"},"position":{"line":0,"character":0},"context":{"triggerKind":"one"}}}""", "900 -32602")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"assistant/ping","params":null}""", "900 ok")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"method":"assistant/ping"}""", "900 ok")]
    // Params before the method and unknown fields are right.
    [InlineData("""{"params":{"more":[1,{}]},"extra":1,"method":"assistant/ping","id":900,"jsonrpc":"2.0"}""", "900 ok")]
    // Answers that nobody waits for.
    [InlineData("""{"jsonrpc":"2.0","id":900,"result":null}""", "")]
    [InlineData("""{"jsonrpc":"2.0","id":900,"result":null,"error":null}""", "")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"yours"}}""", "")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":7}""", "")]
    // Cancels of nothing.
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":12345}}""", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}""", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancelRequest"}""", "")]
    public Task A_bad_body_is_answered(string body, string answer) => Check(TestClient.Frame(body), answer);

    [Fact]
    public Task Bytes_that_are_no_utf8_are_not_json() =>
        Check([.. "Content-Length: 3\r\n\r\n\""u8, 0xff, (byte)'"'], "null -32700");

    [Fact]
    public Task A_deep_body_is_not_json() => Check(TestClient.Frame(new string('[', 100_000) + new string(']', 100_000)), "null -32700");

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
        client.Send("""{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"a","languageId":"csharp","version":1,"text":"x \ud83d \" \u00e4 \n"}}}""");
        var list = await client.RequestAsync(
            Methods.InlineCompletion,
            new(new("a"), new Position(0, Line.Length), new(InlineCompletionTriggerKind.Invoked)));
        // Going out, it is replaced: UTF-8 has no half pairs.
        Assert.Equal(Line.Replace('\ud83d', '\ufffd'), list!.Items[0].InsertText);
    }

    private static async Task Check(byte[] bytes, string answer)
    {
        await using var client = TestClient.Start(ToyServer.RunAsync);
        await client.InitializeAsync();
        var before = client.Received.Count;
        client.SendBytes(bytes);
        // The answer to this one comes after that of the bad one, since both are answered in the order in which they are read or later.
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

    private static string Describe(JsonElement message) =>
        $"{message.GetProperty("id").GetRawText()} {(message.TryGetProperty("error", out var error) ? error.GetProperty("code").GetRawText() : "ok")}";
}
