using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Assistant.ModelServers.Transport;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>
/// A server's event stream made strict: <c>data:</c> lines with strict chunks (<see cref="StrictChunks"/>), then <c>data: [DONE]</c>,
/// without comments. A read throws a <see cref="ModelServerException"/> for an error in any form and for an end without an end marker. A
/// stream far beyond the request's token limit is cut with the finish reason "length".
/// </summary>
/// <param name="watched">The bytes under <paramref name="inner"/>, which count each chunk as progress; null without a watch.</param>
internal sealed class StrictEvents(
    Stream inner, EndpointSettings endpoint, ExpectedReply expected, WatchedStream? watched = null) : ReadOnlyStream
{
    // A token is one chunk as a rule. Some proxies send each letter alone, and some servers send empty chunks in between.
    private const int MaxChunksPerToken = 8;
    private const int MaxExtraChunks = 100;

    /// <summary>In bytes, with all the JSON; a longer chunk counts as several.</summary>
    private const int BytesPerChunk = 4096;

    private static readonly byte[] Prefix = "data: "u8.ToArray();

    private readonly CancellationTokenSource closed = new();
    private readonly ArrayBufferWriter<byte> waiting = new();
    private readonly StrictChunks chunks = new(expected);
    private IAsyncEnumerator<SseItem<byte[]>>? events;
    private int taken;
    private int count;
    private bool anyChunk;
    private bool done;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (taken == waiting.WrittenCount)
        {
            if (done)
            {
                return 0;
            }
            await NextAsync(cancellationToken);
        }
        var length = Math.Min(buffer.Length, waiting.WrittenCount - taken);
        waiting.WrittenSpan.Slice(taken, length).CopyTo(buffer.Span);
        taken += length;
        return length;
    }

    private async ValueTask NextAsync(CancellationToken token)
    {
        waiting.ResetWrittenCount();
        taken = 0;
        if (events is null)
        {
            watched?.ReadInParts();
        }
        events ??= SseParser.Create(inner, (_, data) => data.ToArray()).EnumerateAsync(closed.Token).GetAsyncEnumerator(closed.Token);
        // The parser has one token for all reads, so a cancelled read ends the stream.
        using var registration = token.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), closed);
        bool any;
        try
        {
            any = await events.MoveNextAsync();
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            throw new OperationCanceledException(token);
        }
        if (!any)
        {
            // Some servers give a finish reason and omit [DONE]; a stream without both was cut short.
            if (!chunks.Finished)
            {
                throw ModelServerErrors.CutShort(endpoint);
            }
            EmitDone();
            return;
        }
        var data = JsonSanitizer.ReplaceLoneSurrogates(events.Current.Data);
        if (events.Current.EventType == "error" || ServerErrorParser.HasError(data))
        {
            throw ServerErrorParser.ToException(endpoint, 200, Encoding.UTF8.GetString(data));
        }
        if (data.AsSpan().Trim((byte)' ').SequenceEqual("[DONE]"u8))
        {
            EmitDone();
        }
        else if (data.Length > 0)
        {
            Emit(Strict(data));
            Count(data.Length);
        }
    }

    private void Count(int length)
    {
        count += 1 + (length / BytesPerChunk);
        watched?.PartCame(chunks.HasContent);
        if (expected.MaxTokens is not { } most || count <= (MaxChunksPerToken * (long)most) + MaxExtraChunks)
        {
            return;
        }
        if (!chunks.Finished)
        {
            Emit(chunks.AnyContent ? chunks.Ended("length") : throw ModelServerErrors.OnlyBlanks(endpoint, count, most));
        }
        EmitDone();
    }

    private byte[] Strict(byte[] data)
    {
        try
        {
            var strict = chunks.Next(data);
            anyChunk = true;
            return chunks.LostCall ? throw ModelServerErrors.ToolCallLost(endpoint) : strict;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw anyChunk
                ? ModelServerErrors.CutShort(endpoint)
                : ModelServerErrors.UnexpectedServer(endpoint, "no model server: its stream is not JSON");
        }
    }

    private void EmitDone()
    {
        done = true;
        if (chunks.Owed() is { } owed)
        {
            Emit(owed);
        }
        Emit("[DONE]"u8);
    }

    private void Emit(ReadOnlySpan<byte> data)
    {
        waiting.Write(Prefix);
        waiting.Write(data);
        waiting.Write("\n\n"u8);
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
