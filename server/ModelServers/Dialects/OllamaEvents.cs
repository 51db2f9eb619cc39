using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assistant.ModelServers.Transport;

namespace Assistant.ModelServers.Dialects;

/// <summary>Turns the JSON lines of Ollama's <c>/api/generate</c> stream into events of <c>/v1/completions</c>.</summary>
internal sealed class OllamaEvents(Stream inner) : ReadOnlyStream
{
    private readonly ArrayBufferWriter<byte> line = new();
    private readonly byte[] buffer = new byte[4096];
    private ReadOnlyMemory<byte> bytes;
    private ReadOnlyMemory<byte> waiting;
    private bool ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (waiting.IsEmpty)
        {
            if (ended)
            {
                return 0;
            }
            waiting = await NextAsync(cancellationToken);
        }
        var length = Math.Min(buffer.Length, waiting.Length);
        waiting[..length].CopyTo(buffer);
        waiting = waiting[length..];
        return length;
    }

    private async ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken token)
    {
        line.ResetWrittenCount();
        while (true)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            line.Write(bytes.Span[..(end < 0 ? bytes.Length : end)]);
            bytes = end < 0 ? default : bytes[(end + 1)..];
            if (end >= 0)
            {
                break;
            }
            var read = await inner.ReadAsync(buffer, token);
            bytes = buffer.AsMemory(0, read);
            if (read == 0)
            {
                ended = true;
                break;
            }
        }
        return line.WrittenSpan.Trim(" \r"u8).IsEmpty ? default : Event(line.WrittenSpan);
    }

    private static byte[] Event(ReadOnlySpan<byte> json)
    {
        JsonElement reply;
        try
        {
            var reader = new Utf8JsonReader(json);
            reply = JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            // The reader of the events reports the parse error.
            return [.. "data: "u8, .. json, .. "\n\n"u8];
        }
        if (reply.Member("error") is not null)
        {
            return [.. "event: error\ndata: "u8, .. json, .. "\n\n"u8];
        }
        var done = reply.Member("done") is { ValueKind: JsonValueKind.True };
        var chunk = new JsonObject
        {
            ["object"] = "text_completion",
            ["model"] = reply.Text("model"),
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["text"] = reply.Text("response") ?? "",
                ["finish_reason"] = done ? reply.Text("done_reason") ?? "stop" : null,
            }),
        };
        if (done)
        {
            var (prompt, answer) = (reply.Number("prompt_eval_count") ?? 0, reply.Number("eval_count") ?? 0);
            chunk["usage"] = new JsonObject
            {
                ["prompt_tokens"] = prompt,
                ["completion_tokens"] = answer,
                ["total_tokens"] = prompt + answer,
            };
            if (reply.Fraction("eval_duration") is > 0 and { } nanoseconds)
            {
                chunk["timings"] = new JsonObject { ["predicted_per_second"] = answer / nanoseconds * 1e9 };
            }
        }
        return [.. "data: "u8, .. StrictRequest.Bytes(chunk), .. "\n\n"u8];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}
