using System.IO.Pipelines;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// Stdin and stdout as the pipes of the protocol. <see cref="Open"/> redirects Console.Out to stderr, since one stray line on stdout would
/// break the framing.
/// </summary>
public static class StandardPipes
{
    /// <summary>In bytes: a keystroke's message in one read, a whole document in few.</summary>
    private const int BufferSize = 64 << 10;

    public static (PipeReader Input, PipeWriter Output) Open()
    {
        var input = PipeReader.Create(
            Console.OpenStandardInput(), new StreamPipeReaderOptions(bufferSize: BufferSize, minimumReadSize: BufferSize / 4));
        var output = PipeWriter.Create(Console.OpenStandardOutput(), new StreamPipeWriterOptions(minimumBufferSize: BufferSize));
        Console.SetOut(Console.Error);
        return (input, output);
    }
}
