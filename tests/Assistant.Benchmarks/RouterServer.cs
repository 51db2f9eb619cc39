using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Assistant.Benchmarks;

/// <summary>A real llama-server in router mode, with two models that it loads at their first use, and room for one.</summary>
internal sealed class RouterServer : IAsyncDisposable
{
    public static readonly string[] Models = ["coder-a", "coder-b"];

    private readonly DirectoryInfo folder;
    private readonly Process process;
    private readonly HttpClient http;
    private readonly List<string> loads = [];

    private RouterServer(DirectoryInfo folder, Process process, int port)
    {
        (this.folder, this.process) = (folder, process);
        BaseUrl = new Uri($"http://127.0.0.1:{port}/v1/");
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.OutputDataReceived += (_, line) => Hear(line.Data);
    }

    public Uri BaseUrl { get; }

    /// <summary>The loads so far by the server's log, in order; an entry for each load.</summary>
    public IReadOnlyList<string> Loads
    {
        get
        {
            lock (loads)
            {
                return [.. loads];
            }
        }
    }

    public static async Task<RouterServer> StartAsync(string program, string model)
    {
        var folder = Directory.CreateTempSubdirectory("assistant-router-");
        foreach (var name in Models)
        {
            var own = folder.CreateSubdirectory(name);
            foreach (var part in Directory.EnumerateFiles(Path.GetDirectoryName(model)!, "*.gguf"))
            {
                File.CreateSymbolicLink(Path.Combine(own.FullName, Path.GetFileName(part)), part);
            }
        }
        var port = FreePort();
        var start = new ProcessStartInfo(program,
            ["--models-dir", folder.FullName, "--models-max", "1", "--host", "127.0.0.1", "--port", $"{port}", "-c", "4096", "-np", "1",
                "-t", "2", "--jinja", "--offline"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["OMP_WAIT_POLICY"] = "passive" },
        };
        var server = new RouterServer(folder, Process.Start(start)!, port);
        server.process.BeginErrorReadLine();
        server.process.BeginOutputReadLine();
        // This method and the next one poll: the server reports its state only in answers.
        while (!await server.IsUpAsync())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
        return server;
    }

    /// <summary>Loads a model as a user would by hand; returns when it is loaded.</summary>
    public async Task LoadAsync(string model)
    {
        using var asked = await http.PostAsync(new Uri("models/load", UriKind.Relative), new StringContent($$"""{"model":"{{model}}"}"""));
        asked.EnsureSuccessStatusCode();
        while ((await StatesAsync())[model] != "loaded")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>Model → <c>unloaded</c>, <c>loading</c> or <c>loaded</c>. The request loads no model.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StatesAsync()
    {
        using var list = await JsonDocument.ParseAsync(await http.GetStreamAsync(new Uri("v1/models", UriKind.Relative)));
        return list.RootElement.GetProperty("data").EnumerateArray().ToDictionary(
            one => one.GetProperty("id").GetString()!,
            one => one.GetProperty("status").GetProperty("value").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        // Each model runs in a process of its own.
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        http.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task<bool> IsUpAsync()
    {
        try
        {
            using var reply = await http.GetAsync(new Uri("health", UriKind.Relative));
            return reply.IsSuccessStatusCode;
        }
        catch (HttpRequestException) when (!process.HasExited)
        {
            return false;
        }
    }

    private void Hear(string? line)
    {
        const string Spawning = "spawning server instance with name=";
        if (line?.IndexOf(Spawning, StringComparison.Ordinal) is { } at and >= 0)
        {
            lock (loads)
            {
                loads.Add(line[(at + Spawning.Length)..].Split(' ')[0]);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
