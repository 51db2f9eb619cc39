using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// Cuts the byte stream into message bodies (LSP 3.18, "Base Protocol": header lines, an empty line, Content-Length bytes).
/// It recovers from every input: without a valid length it reads on at the next line that starts with <c>Content-Length:</c>, or that ends
/// with such a header where the length before was wrong (a body has no line end, so the next header follows on the same line).
/// </summary>
/// <param name="input">The byte stream. Nothing else may read from it.</param>
/// <param name="longestBody">In bytes. Of a longer body, exactly its bytes are skipped.</param>
internal sealed class FrameReader(PipeReader input, long longestBody = FrameReader.LongestBody)
{
    public const long LongestBody = 64L << 20;

    /// <summary>In bytes. A header line has at most two dozen; of a longer line only the end can hold a header.</summary>
    private const int LongestLine = 256;

    /// <summary>In bytes. A longer array is not pooled, since it would stay for the life of the process.</summary>
    private const int LongestPooled = 1 << 20;

    private SequencePosition? held;
    private byte[]? rented;
    private long bodyToSkip;

    /// <summary>The next frame. Its body is valid until the next call.</summary>
    public async ValueTask<Frame> ReadAsync(CancellationToken token)
    {
        ReleaseLast();
        if (!await SkipBodyAsync(token))
        {
            return Frame.End;
        }
        long? length = null;
        var junk = 0L;
        while (true)
        {
            var read = await input.ReadAsync(token);
            var buffer = read.Buffer;
            if (TryReadHeader(ref buffer, ref length, ref junk))
            {
                if (length <= longestBody)
                {
                    return await ReadBodyAsync(buffer, (int)length, junk, token);
                }
                input.AdvanceTo(buffer.Start);
                bodyToSkip = length!.Value;
                return new Frame(FrameKind.TooLong, default, bodyToSkip, junk);
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return Frame.End;
            }
        }
    }

    /// <summary>Consumes lines; true after an empty line that closes a header with a valid length.</summary>
    private static bool TryReadHeader(ref ReadOnlySequence<byte> buffer, ref long? length, ref long junk)
    {
        Span<byte> copy = stackalloc byte[LongestLine];
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            var text = TailOf(line, copy).TrimEnd((byte)'\r');
            if (text.IsEmpty && length is not null)
            {
                return true;
            }
            if (LengthIn(text, anywhere: length is null) is { } found)
            {
                length = found.Length;
            }
            else if (length is null && !text.StartsWith("Content-Type:"u8))
            {
                junk += line.Length + 1;
            }
        }
        if (buffer.Length > LongestLine)
        {
            junk += buffer.Length - LongestLine;
            buffer = buffer.Slice(buffer.Length - LongestLine);
        }
        return false;
    }

    private static ReadOnlySpan<byte> TailOf(ReadOnlySequence<byte> line, Span<byte> copy)
    {
        var tail = line.Length > LongestLine ? line.Slice(line.Length - LongestLine) : line;
        if (tail.IsSingleSegment)
        {
            return tail.FirstSpan;
        }
        tail.CopyTo(copy);
        return copy[..(int)tail.Length];
    }

    /// <summary>Null where the line is no length header; a header with an invalid number gives a null length.</summary>
    private static Header? LengthIn(ReadOnlySpan<byte> line, bool anywhere)
    {
        const string Name = "Content-Length:";
        var start = line.Length >= Name.Length && Ascii.EqualsIgnoreCase(line[..Name.Length], Name) ? 0
            : anywhere ? line.LastIndexOf("Content-Length:"u8)
            : -1;
        if (start < 0)
        {
            return null;
        }
        var number = line[(start + Name.Length)..].Trim(" \t"u8);
        return new Header(long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null);
    }

    private readonly record struct Header(long? Length);

    private async ValueTask<Frame> ReadBodyAsync(ReadOnlySequence<byte> buffer, int length, long junk, CancellationToken token)
    {
        if (buffer.First.Length >= length)
        {
            held = buffer.GetPosition(length);
            return new Frame(FrameKind.Body, buffer.First[..length], length, junk);
        }
        var body = Rent(length);
        var filled = 0;
        while (true)
        {
            var part = buffer.Slice(0, Math.Min(buffer.Length, length - filled));
            part.CopyTo(body.AsSpan(filled));
            filled += (int)part.Length;
            input.AdvanceTo(part.End);
            if (filled == length)
            {
                return new Frame(FrameKind.Body, body.AsMemory(0, length), length, junk);
            }
            var read = await input.ReadAsync(token);
            buffer = read.Buffer;
            if (buffer.IsEmpty && read.IsCompleted)
            {
                input.AdvanceTo(buffer.End);
                return Frame.End;
            }
        }
    }

    private async ValueTask<bool> SkipBodyAsync(CancellationToken token)
    {
        while (bodyToSkip > 0)
        {
            var read = await input.ReadAsync(token);
            var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, bodyToSkip));
            bodyToSkip -= part.Length;
            input.AdvanceTo(part.End);
            if (part.IsEmpty && read.IsCompleted)
            {
                return false;
            }
        }
        return true;
    }

    private byte[] Rent(int length) =>
        length > LongestPooled ? GC.AllocateUninitializedArray<byte>(length) : rented = ArrayPool<byte>.Shared.Rent(length);

    private void ReleaseLast()
    {
        if (held is { } position)
        {
            input.AdvanceTo(position);
            held = null;
        }
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
            rented = null;
        }
    }
}

internal enum FrameKind
{
    Body,

    /// <summary>A body above the limit; its bytes are skipped before the next frame.</summary>
    TooLong,

    /// <summary>The stream has ended, possibly within a frame.</summary>
    End,
}

/// <param name="Kind">The kind decides which other fields count.</param>
/// <param name="Body">The bytes of the body, for <see cref="FrameKind.Body"/> only.</param>
/// <param name="Length">The length in the header, in bytes.</param>
/// <param name="Junk">The number of bytes before the frame that belonged to no header.</param>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Body, long Length, long Junk)
{
    public static Frame End { get; } = new(FrameKind.End, default, 0, 0);
}
