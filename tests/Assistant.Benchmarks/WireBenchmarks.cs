using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Assistant.Lsp.Protocol;

namespace Assistant.Benchmarks;

/// <summary>Each benchmark returns the times of its rounds in µs, after a warm-up.</summary>
internal static class WireBenchmarks
{
    private const string Uri = "file:///benchmark/Program.cs";
    private const int TextLength = 100_000;

    private static readonly byte[] Ping1 = StdioClient.Frame("""{"jsonrpc":"2.0","id":1,"method":"assistant/ping"}""");

    public static double[] Ping(StdioClient client) => Measure(warmUp: 2_000, rounds: 10_000, prepare: _ => Ping1, client);

    /// <summary>A full text of 100 kB, followed by a ping whose answer comes from a state with that text.</summary>
    public static double[] Change(StdioClient client)
    {
        var text = SampleCode();
        client.Send(Notification("textDocument/didOpen", JsonSerializer.Serialize(
            new DidOpenTextDocumentParams(new(Uri, "csharp", 0, text)), LspJson.Default.DidOpenTextDocumentParams)));
        return Measure(warmUp: 200, rounds: 1_000, round => [.. Change(round + 1, text), .. Ping1], client);
    }

    private static double[] Measure(int warmUp, int rounds, Func<int, byte[]> prepare, StdioClient client)
    {
        var times = new double[rounds];
        for (var round = 0; round < warmUp + rounds; round++)
        {
            var bytes = prepare(round);
            var started = Stopwatch.GetTimestamp();
            client.Send(bytes);
            client.ReadAnswer("1");
            if (round >= warmUp)
            {
                times[round - warmUp] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            }
        }
        return times;
    }

    private static byte[] Change(int version, string text) => Notification("textDocument/didChange", JsonSerializer.Serialize(
        new DidChangeTextDocumentParams(new(Uri, version), [new($"// {version}\n{text}")]), LspJson.Default.DidChangeTextDocumentParams));

    private static byte[] Notification(string method, string json) =>
        StdioClient.Frame($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{json}} }""");

    private static string SampleCode()
    {
        var code = new StringBuilder("namespace Sample;\n");
        for (var number = 0; code.Length < TextLength; number++)
        {
            code.Append($"\npublic static class Type{number}\n{{\n    ")
                .Append($"public static string Name(int value) => value > {number} ? \"more\" : $\"{{value}}\";\n}}\n");
        }
        return code.ToString(0, TextLength);
    }
}
