using Assistant.ModelServers;
using Assistant.ModelServers.Transport;
using Assistant.Settings;

namespace Assistant.Tests.ModelServers.Transport;

/// <summary>
/// The limits of a reply without content. Each read takes 50 s of the test's clock and returns the text that the server repeats.
/// </summary>
public sealed class WatchedStreamTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(50);

    private static readonly EndpointSettings Endpoint = EndpointSettings.At("here", new Uri("http://127.0.0.1:1")) with
    {
        FirstByteTimeout = TimeSpan.FromSeconds(120), IdleTimeout = TimeSpan.FromSeconds(60), LoadTimeout = TimeSpan.FromSeconds(300),
    };

    private readonly FakeClock clock = new();

    [Theory]
    [InlineData(": still here\n\n")]
    [InlineData("data: {}\n\n")]
    [InlineData("\n")]
    [InlineData("x")]
    public async Task Keepalives_hold_a_reply_open_only_for_load_and_first_byte_timeout(string sign)
    {
        var failure = await EndAsync(sign, stream => stream.ReadInParts());
        Assert.Equal(ModelFault.NoFirstByte, failure.Fault);
        Assert.Contains("has sent nothing of it in 420 s", failure.Message);
        Assert.Contains("loadTimeout", failure.Remedy);
        Assert.InRange(clock.GetUtcNow() - Began, TimeSpan.FromSeconds(420), TimeSpan.FromSeconds(470));
    }

    [Fact]
    public async Task A_whole_reply_has_the_same_limit()
    {
        var failure = await EndAsync("x", _ => { });
        Assert.Equal(ModelFault.NoFirstByte, failure.Fault);
    }

    [Fact]
    public async Task Each_token_restarts_the_limit()
    {
        var tokens = 0;
        var failure = await EndAsync("data: {}\n\n", stream => stream.ReadInParts(), stream =>
        {
            if (++tokens <= 100)
            {
                stream.PartCame();
            }
        });
        Assert.Equal(ModelFault.Idle, failure.Fault);
        Assert.InRange(clock.GetUtcNow() - Began, (100 * Step) + TimeSpan.FromSeconds(420), (100 * Step) + TimeSpan.FromSeconds(470));
    }

    [Theory]
    [InlineData("data: xxxxxxxxxxxx")]
    [InlineData("data: x\n")]
    [InlineData(":\n\n")]
    public async Task Megabytes_without_an_event_are_no_answer(string sign)
    {
        await using var stream = new WatchedStream(
            new Repeating("", string.Concat(Enumerable.Repeat(sign, 10_000))), Endpoint, Endpoint.FirstByteTimeout, clock);
        stream.ReadInParts();
        var failure = await Assert.ThrowsAsync<ModelServerException>(
            () => stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        Assert.Equal(ModelFault.UnexpectedServer, failure.Fault);
        Assert.Contains("something that has sent 4 MB and no answer in them", failure.Message);
    }

    [Fact]
    public async Task Events_without_content_extend_no_limit()
    {
        var failure = await EndAsync("data: {}\n\n", stream => stream.ReadInParts(), stream => stream.PartCame(hasContent: false));
        Assert.Equal(ModelFault.NoFirstByte, failure.Fault);

        await using var many = new WatchedStream(new Repeating("", new string('x', 1 << 20)), Endpoint, Endpoint.FirstByteTimeout, clock);
        many.ReadInParts();
        var buffer = new byte[1 << 20];
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(buffer.Length, await many.ReadAsync(buffer, TestContext.Current.CancellationToken));
            many.PartCame(hasContent: false);
        }
    }

    private static DateTimeOffset Began { get; } = new FakeClock().GetUtcNow();

    private async Task<ModelServerException> EndAsync(string sign, Action<WatchedStream> begin, Action<WatchedStream>? each = null)
    {
        await using var stream = new WatchedStream(
            new Repeating("", sign, () => clock.Advance(Step)), Endpoint, Endpoint.FirstByteTimeout, clock);
        begin(stream);
        return await Assert.ThrowsAsync<ModelServerException>(async () =>
        {
            var buffer = new byte[64];
            // The limit is at most 470 s after 5,000 s of tokens, which 200 reads exceed.
            for (var i = 0; i < 200; i++)
            {
                Assert.NotEqual(0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
                each?.Invoke(stream);
            }
        });
    }
}
