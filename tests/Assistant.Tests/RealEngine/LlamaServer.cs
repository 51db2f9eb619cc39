using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Assistant.Tests.RealEngine;

/// <summary>
/// A real llama-server with a real code model on a free port: the program that ASSISTANT_LLAMA_SERVER names with the model that
/// ASSISTANT_TEST_MODEL names. Where these are not set, tests skip with a message.
/// </summary>
public sealed class LlamaServer : IAsyncDisposable
{
    private const string Alias = "qwen2.5-coder-0.5b-instruct";
    private static readonly TimeSpan MaxStart = TimeSpan.FromSeconds(60);

    private static readonly string? Program = Environment.GetEnvironmentVariable("ASSISTANT_LLAMA_SERVER");
    private static readonly string? Model = Environment.GetEnvironmentVariable("ASSISTANT_TEST_MODEL");

    private readonly int contextTokens;
    private readonly int slots;
    private readonly bool embeddings;
    private Process? process;

    private LlamaServer(int port, int contextTokens, int slots, bool embeddings)
    {
        Port = port;
        (this.contextTokens, this.slots, this.embeddings) = (contextTokens, slots, embeddings);
    }

    public int Port { get; }

    public Uri BaseUrl => new($"http://127.0.0.1:{Port}/v1/");

    /// <summary>Starts and waits until the model is loaded, about 2 s.</summary>
    public static async Task<LlamaServer> StartAsync(int contextTokens = 4096, int slots = 1, bool embeddings = false)
    {
        Assert.SkipUnless(File.Exists(Program) && File.Exists(Model),
            "No real engine here: set ASSISTANT_LLAMA_SERVER to a llama-server and ASSISTANT_TEST_MODEL to a Qwen2.5-Coder GGUF file.");
        var server = new LlamaServer(FreePort(), contextTokens, slots, embeddings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the server again, on the same port.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo(Program!)
        {
            ArgumentList =
            {
                "-m", Model!, "--alias", Alias, "--host", "127.0.0.1", "--port", $"{Port}", "-c", $"{contextTokens}", "-np", $"{slots}",
                "-t", "2", "--jinja", "--slots", "--metrics", "--offline",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Passive waits keep the server's idle threads from spinning on the two cores of CI.
            Environment = { ["OMP_WAIT_POLICY"] = "passive" },
        };
        foreach (var argument in embeddings ? ["--embeddings", "--pooling", "mean"] : Array.Empty<string>())
        {
            start.ArgumentList.Add(argument);
        }
        process = Process.Start(start)!;
        // The output is read and dropped, since a full pipe would block the server.
        process.OutputDataReceived += (_, _) => { };
        var lastWords = "";
        process.ErrorDataReceived += (_, line) => lastWords = line.Data ?? lastWords;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        // Polls: the server reports only in answers that it is ready.
        using var http = new HttpClient();
        using var guard = new CancellationTokenSource(MaxStart);
        while (!await IsHealthyAsync(http, guard.Token))
        {
            Assert.False(process.HasExited, $"llama-server ended while it started: {lastWords}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, guard.Token);
        }
    }

    /// <summary>Sends SIGKILL and waits for the end of the process.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref process, null) is { } running)
        {
            running.Kill();
            await running.WaitForExitAsync();
            running.Dispose();
        }
    }

    /// <summary>Sends SIGSTOP: the sockets still accept connections, and no request is answered.</summary>
    public void Stop() => Signal("STOP");

    public void Continue() => Signal("CONT");

    public async ValueTask DisposeAsync() => await KillAsync();

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process!.Id}"]);
        kill.WaitForExit();
    }

    private async Task<bool> IsHealthyAsync(HttpClient http, CancellationToken token)
    {
        try
        {
            using var reply = await http.GetAsync(new Uri($"http://127.0.0.1:{Port}/health"), token);
            return reply.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
