using System.IO.Pipelines;
using System.Text;
using Assistant.Lsp.JsonRpc;
using FsCheck;
using FsCheck.Fluent;

namespace Assistant.Tests.Lsp.JsonRpc;

/// <summary>Bytes in, a line per frame out. In the input `⏎` is CR LF, and line ends of the literal are removed.</summary>
public sealed class FrameReaderTests
{
    private const int Limit = 100;

    [Theory]
    [InlineData("Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("Content-Length: 2⏎⏎{}Content-Length: 3⏎⏎[1]", "{}|[1]")]
    [InlineData("content-length:2⏎⏎{}", "{}")]
    [InlineData("Content-Length: \t 2 ⏎⏎{}", "{}")]
    [InlineData("Content-Length: 002⏎⏎{}", "{}")]
    [InlineData("Content-Length: 2\n\n{}", "{}")]
    [InlineData("Content-Length: 0⏎⏎Content-Length: 2⏎⏎{}", "|{}")]
    [InlineData("Content-Length: 2⏎Content-Type: application/vscode-jsonrpc; charset=utf-8⏎⏎{}", "{}")]
    [InlineData("Content-Type: application/vscode-jsonrpc; charset=utf-8⏎Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("Content-Length: 4⏎⏎\"ä\"", "\"ä\"")]
    [InlineData("", "")]
    [InlineData("Content-Length: 2⏎⏎{", "")]
    [InlineData("Content-Length: 2⏎", "")]
    public Task Frames_are_read(string input, string frames) => Check(input, frames);

    [Theory]
    [InlineData("hello⏎Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("⏎⏎⏎Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("Content-Length: -1⏎⏎Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("Content-Length: +1⏎⏎Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("Content-Length: two⏎⏎[]Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("Content-Length: 1e1⏎⏎⏎Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("Content-Length:⏎⏎⏎Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("Content-Length: 99999999999999999999⏎⏎⏎Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("Content-Length: 7⏎no empty line⏎Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("Content-Type: text⏎⏎{}⏎Content-Length: 2⏎⏎{}", "{}")]
    [InlineData("X-Other: 5⏎⏎12345⏎Content-Length: 2⏎⏎{}", "{}")]
    public Task Without_a_valid_length_reading_goes_on_at_the_next_length_line(string input, string frames) => Check(input, frames);

    [Theory]
    [InlineData("Content-Length: 1⏎⏎{}Content-Length: 2⏎⏎[]", "{|[]")]
    [InlineData("Content-Length: 9⏎⏎{}Content-Length: 2⏎⏎[]Content-Length: 2⏎⏎{}", "{}Content|{}")]
    public Task A_wrong_length_costs_its_neighbour_at_most(string input, string frames) => Check(input, frames);

    [Fact]
    public Task A_body_above_the_limit_is_skipped_exactly() =>
        Check($"Content-Length: {Limit + 1}⏎⏎{new string('x', Limit + 1)}Content-Length: 2⏎⏎{{}}", $"too long: {Limit + 1}|{{}}");

    [Fact]
    public Task A_body_of_the_limit_is_read() =>
        Check($"Content-Length: {Limit}⏎⏎{new string('x', Limit)}", new string('x', Limit));

    [Fact]
    public Task A_stream_that_ends_within_a_skipped_body_ends() => Check($"Content-Length: {Limit + 1}⏎⏎xxx", $"too long: {Limit + 1}");

    [Fact]
    public Task A_line_without_an_end_is_not_kept() =>
        Check($"{new string('x', 1_000_000)}⏎Content-Length: 2⏎⏎{{}}", "{}");

    [Fact]
    public void Any_split_gives_the_same_frames() =>
        Holds(Gen.ArrayOf(Body), messages => Assert.Equal(messages, Read(Split(messages.SelectMany(TestClient.Frame)))));

    [Fact]
    public void Any_junk_between_messages_is_skipped() =>
        Holds(
            Gen.ArrayOf(Junk.SelectMany(junk => Body.Select(body => (Junk: junk, Body: body)))),
            pieces => Assert.Equal(
                pieces.Select(piece => piece.Body),
                Read(Split(pieces.SelectMany(piece => piece.Junk.Concat(TestClient.Frame(piece.Body)))))));

    [Fact]
    public void Any_bytes_at_all_end_without_an_exception() =>
        Holds(
            Gen.ArrayOf(Gen.OneOf(
                Junk,
                Body.Select(TestClient.Frame),
                Gen.Elements("Content-Length: ", "\r\n", "\r\n\r\n", "7", "-", "{").Select(Encoding.ASCII.GetBytes))),
            pieces => Assert.NotNull(Read(Split(pieces.SelectMany(piece => piece)))));

    private static Gen<string> Body { get; } = Gen.OneOf(
        Gen.Elements("", "{}", "{\"a\":\"Content-Length: 5\\r\\n\\r\\n\"}", "Content-Length: 2\r\n\r\n{}", "\r\n\r\n", "\"𝒳ä€\""),
        Gen.Choose(0, Limit).Select(length => new string('b', length)));

    /// <summary>Text without a length header.</summary>
    private static Gen<byte[]> Junk { get; } = Gen.OneOf(
        Gen.Elements(
            "", "\r\n", "junk", "junk\n", "Content-Length\r\n", "Content-Length: x\r\n", "Length: 5\r\n\r\n", "{\"jsonrpc\":\"2.0\"}")
            .Select(Encoding.UTF8.GetBytes),
        Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value)).Where(bytes => !bytes.Contains((byte)':')),
        Gen.Choose(0, 2000).Select(length => Enumerable.Repeat((byte)'j', length).ToArray()));

    private static void Holds<T>(Gen<T> input, Action<T> law) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(input), law));

    private static IEnumerable<byte[]> Split(IEnumerable<byte> bytes)
    {
        var all = bytes.ToArray();
        var random = new Random(all.Length);
        for (var at = 0; at < all.Length;)
        {
            var length = Math.Min(all.Length - at, random.Next(4) == 0 ? 1 : random.Next(1, 60));
            yield return all[at..(at + length)];
            at += length;
        }
    }

    private static async Task Check(string input, string frames)
    {
        var bytes = Encoding.UTF8.GetBytes(input.Replace("⏎", "\r\n"));
        Assert.Equal(frames, string.Join('|', await ReadAsync([bytes])));
        Assert.Equal(frames, string.Join('|', await ReadAsync(bytes.Chunk(1))));
    }

    private static List<string> Read(IEnumerable<byte[]> chunks)
    {
        var reading = ReadAsync(chunks);
        // The call completes at once, since the stream has all its bytes.
        Assert.True(reading.IsCompleted);
        return reading.GetAwaiter().GetResult();
    }

    private static async Task<List<string>> ReadAsync(IEnumerable<byte[]> chunks)
    {
        var options = new StreamPipeReaderOptions(bufferSize: 64, minimumReadSize: 16);
        var reader = new FrameReader(PipeReader.Create(new ChunkStream(chunks), options), Limit);
        var frames = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { Kind: not FrameKind.End } frame)
        {
            frames.Add(frame.Kind == FrameKind.TooLong ? $"too long: {frame.Length}" : Encoding.UTF8.GetString(frame.Body.Span));
        }
        return frames;
    }
}
