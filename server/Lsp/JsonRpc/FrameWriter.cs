using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// Writes one message at a time, header and body in one piece, and waits until the peer's pipe has taken it.
/// Invariant: a frame is never cut short, so nobody's token reaches the writing.
/// </summary>
#pragma warning disable CA1001 // The writer of JSON is disposed by CompleteAsync; a semaphore without a wait handle holds nothing.
internal sealed class FrameWriter
#pragma warning restore CA1001
{
    private const int LongestHeader = 40;

    /// <summary>A buffer that once held more than this is not kept.</summary>
    private const int LongestKept = 1 << 20;

    // The peer reads JSON, not HTML: text stays readable and short.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly PipeWriter output;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Utf8JsonWriter json;
    private ArrayBufferWriter<byte> body = new();
    private bool closed;

    public FrameWriter(PipeWriter output)
    {
        this.output = output;
        json = new Utf8JsonWriter(body, Options);
    }

    /// <summary>False where the peer is gone. What <paramref name="write"/> throws goes to the caller, with nothing written.</summary>
    public async ValueTask<bool> WriteAsync<T>(T message, Action<Utf8JsonWriter, T> write)
    {
        await turn.WaitAsync(CancellationToken.None);
        try
        {
            if (closed)
            {
                return false;
            }
            Serialize(message, write);
            CopyFrame(body.WrittenSpan);
            closed = (await output.FlushAsync(CancellationToken.None)).IsCompleted;
            return !closed;
        }
        catch (IOException)
        {
            // The other end of the pipe is closed; the read side will see it too and end the connection.
            closed = true;
            return false;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Nothing is written after this; what still comes is dropped.</summary>
    public async ValueTask CompleteAsync()
    {
        await turn.WaitAsync(CancellationToken.None);
        try
        {
            closed = true;
            await json.DisposeAsync();
            await output.CompleteAsync();
        }
        catch (IOException)
        {
            // Closed already, by the peer.
        }
        finally
        {
            turn.Release();
        }
    }

    private void CopyFrame(ReadOnlySpan<byte> written)
    {
        // One span for both, so that the pipe writes them with one system call.
        var span = output.GetSpan(LongestHeader + written.Length);
        "Content-Length: "u8.CopyTo(span);
        var length = "Content-Length: "u8.Length;
        written.Length.TryFormat(span[length..], out var digits);
        length += digits;
        "\r\n\r\n"u8.CopyTo(span[length..]);
        length += 4;
        written.CopyTo(span[length..]);
        output.Advance(length + written.Length);
    }

    private void Serialize<T>(T message, Action<Utf8JsonWriter, T> write)
    {
        if (body.Capacity > LongestKept)
        {
            body = new ArrayBufferWriter<byte>();
        }
        body.ResetWrittenCount();
        json.Reset(body);
        write(json, message);
        json.Flush();
    }
}
