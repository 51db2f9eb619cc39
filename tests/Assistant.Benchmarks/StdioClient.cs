using System.Diagnostics;
using System.Text;

namespace Assistant.Benchmarks;

/// <summary>A minimal client: prepared bytes, blocking reads, one message at a time.</summary>
internal sealed class StdioClient : IDisposable
{
    private readonly Process process;
    private readonly Stream toServer;
    private readonly BufferedStream fromServer;
    private byte[] body = new byte[1 << 16];

    private StdioClient(Process process)
    {
        this.process = process;
        toServer = process.StandardInput.BaseStream;
        fromServer = new BufferedStream(process.StandardOutput.BaseStream, 1 << 16);
    }

    public static StdioClient Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        return new StdioClient(Process.Start(start) ?? throw new InvalidOperationException("The server did not start."));
    }

    public static byte[] Frame(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return [.. Encoding.ASCII.GetBytes($"Content-Length: {bytes.Length}\r\n\r\n"), .. bytes];
    }

    /// <param name="workspace">A folder's full path; the client waits until the server has loaded it.</param>
    public void Initialize(string? workspace)
    {
        var root = workspace is null ? "null" : $"\"{new Uri(workspace)}\"";
        var parameters = $$"""{"processId":null,"rootUri":{{root}},"capabilities":{} }""";
        Send(Frame($$"""{"jsonrpc":"2.0","id":"init","method":"initialize","params":{{parameters}} }"""));
        ReadAnswer("\"init\"");
        Send(Frame("""{"jsonrpc":"2.0","method":"initialized","params":{}}"""));
        if (workspace is not null)
        {
            Send(Frame("""{"jsonrpc":"2.0","id":"settled","method":"assistant/settled","params":{}}"""));
            ReadAnswer("\"settled\"");
        }
    }

    /// <summary>The server's exit code.</summary>
    public int Shutdown()
    {
        Send(Frame("""{"jsonrpc":"2.0","id":"down","method":"shutdown"}"""));
        ReadAnswer("\"down\"");
        Send(Frame("""{"jsonrpc":"2.0","method":"exit"}"""));
        process.WaitForExit();
        return process.ExitCode;
    }

    public void Send(byte[] bytes)
    {
        toServer.Write(bytes);
        toServer.Flush();
    }

    /// <summary>Reads up to the answer with this id, in JSON; other messages are skipped.</summary>
    public void ReadAnswer(string id)
    {
        while (true)
        {
            var text = Read();
            if (text.IndexOf("\"error\":"u8) >= 0)
            {
                throw new InvalidOperationException($"The server answered {Encoding.UTF8.GetString(text)}");
            }
            if (text.IndexOf(Encoding.UTF8.GetBytes($"\"id\":{id},")) >= 0 && text.IndexOf("\"method\":"u8) < 0)
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
        process.Dispose();
        fromServer.Dispose();
    }

    private ReadOnlySpan<byte> Read()
    {
        var length = 0;
        for (var line = ReadLine(); line.Length > 0; line = ReadLine())
        {
            if (line.StartsWith("Content-Length: ", StringComparison.Ordinal))
            {
                length = int.Parse(line.AsSpan("Content-Length: ".Length));
            }
        }
        if (body.Length < length)
        {
            body = new byte[length];
        }
        fromServer.ReadExactly(body.AsSpan(0, length));
        return body.AsSpan(0, length);
    }

    private string ReadLine()
    {
        Span<char> line = stackalloc char[200];
        for (var length = 0; ; length++)
        {
            var next = fromServer.ReadByte();
            if (next < 0)
            {
                throw new EndOfStreamException("The server ended.");
            }
            if (next == '\n')
            {
                return line[..length].TrimEnd('\r').ToString();
            }
            line[length] = (char)next;
        }
    }
}
