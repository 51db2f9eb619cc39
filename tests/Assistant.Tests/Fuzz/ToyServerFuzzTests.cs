using System.IO.Pipelines;
using Assistant.Lsp.Protocol;
using Assistant.Tests.Lsp;
using Assistant.Tests.Server;
using Microsoft.Extensions.Logging;

namespace Assistant.Tests.Fuzz;

/// <summary>The connection and the loop under fuzzed input, with the toy server's handlers.</summary>
public sealed class ToyServerFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public async Task Ten_thousand_messages_do_no_harm(int seed)
    {
        var log = new TestLog(LogLevel.Error);
        await ProtocolFuzz.RunAsync(
            new FuzzTarget(
                (input, output) => ToyServer.Create(input, output, log).RunAsync(CancellationToken.None), FuzzSamples.All, StillRight),
            messages: 10_000,
            seed);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public void Every_registered_method_has_a_sample()
    {
        var pipe = new Pipe();
        var registered = ToyServer.Create(pipe.Reader, pipe.Writer).RegisteredMethods;
        Assert.Equal([Methods.Shutdown.Name], registered.Except(FuzzSamples.All.Select(sample => sample.Method)));
    }

    private static async Task StillRight(TestClient client, FuzzDocument document)
    {
        var (offset, position) = document.AnyPlace();
        var list = await client.RequestAsync(
            Methods.InlineCompletion, new(new(FuzzDocument.Uri), position, new(InlineCompletionTriggerKind.Invoked)));
        Assert.Equal(document.Text[(offset - position.Character)..offset], list!.Items[0].InsertText);
    }
}
