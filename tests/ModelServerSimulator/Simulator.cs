using System.Net;
using System.Net.Sockets;

namespace ModelServerSimulator;

/// <summary>
/// A test double of a model server: llama-server and mlx_lm.server to the byte where real replies are known, LM Studio, Ollama, vLLM and a
/// cloud by what is written of them, with a scripted model behind it.
/// <code>
/// await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "lmstudio-0.4", Documents = [text] });
/// </code>
/// </summary>
public sealed class Simulator : IAsyncDisposable
{
    private readonly Profile profile;
    private readonly int port;
    private SimulatorOptions options;
    private HttpServer? http;
    private Socket? reserved;
    private TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Simulator(SimulatorOptions options)
    {
        this.options = options;
        profile = ProfileTable.Make(options.Profile);
        http = Listen(options.Port);
        port = http.Port;
    }

    /// <summary>The address without <c>/v1</c>: <c>http://127.0.0.1:PORT</c>.</summary>
    public Uri BaseUrl => new($"http://127.0.0.1:{port}");

    public RequestLog Log { get; } = new();

    /// <summary>The script: replies to come.</summary>
    public Brain Brain { get; } = new();

    /// <summary>
    /// How it behaves. A request keeps the options of its arrival, except for faults, holds and speeds, which change at once.
    /// </summary>
    public SimulatorOptions Options
    {
        get => Volatile.Read(ref options);
        set => Volatile.Write(ref options, value);
    }

    /// <summary>Starts to listen; the address is known when this returns.</summary>
    public static Task<Simulator> StartAsync(SimulatorOptions options) => Task.FromResult(new Simulator(options));

    /// <summary>
    /// Lets everything go on that <see cref="SimulatorOptions.HoldAfterTokens"/> or <see cref="SimulatorOptions.HoldPrefill"/> holds now,
    /// and holds nothing more.
    /// </summary>
    public void Release()
    {
        Options = Options with { HoldAfterTokens = null, HoldPrefill = false };
        Interlocked.Exchange(ref released, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>Dies as a killed process does: connections are reset, the port refuses.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref http, null) is { } running)
        {
            await running.DisposeAsync();
            // Bound and not listening: it refuses, and no other program gets the port meanwhile.
            reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            reserved.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            reserved.Bind(new IPEndPoint(IPAddress.Loopback, port));
        }
    }

    /// <summary>Comes back on the same port after <see cref="KillAsync"/>: nothing is cached, and what had died lives again.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        reserved?.Dispose();
        http = Listen(port);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        reserved?.Dispose();
    }

    private HttpServer Listen(int at)
    {
        profile.Clock = Options.Clock;
        var models = Options.Models is { Count: > 0 } named ? named : profile.DefaultModels;
        var engine = new Engine(Log, () => Options, () => Volatile.Read(ref released).Task);
        var server = new ServerState(models, engine, Brain, () => Options);
        return new HttpServer(at, Log, () => Options, exchange => AnswerAsync(exchange, server));
    }

    private async Task AnswerAsync(Exchange exchange, ServerState server)
    {
        await exchange.DelayAsync(exchange.Options.FirstByteDelay);
        try
        {
            await RouteAsync(exchange, server);
        }
        catch (LoadFailedException e) when (!exchange.HeadSent)
        {
            var id = exchange.Record.Model ?? "";
            await Completions.RefuseAsync(exchange, profile, profile.LoadFailed(id, e.Message));
        }
    }

    private async Task RouteAsync(Exchange exchange, ServerState server)
    {
        if (await Faults.AnswerAsync(exchange, profile, server))
        {
            return;
        }
        if (profile.IsChat(exchange.Request) is { } chat)
        {
            await Completions.AnswerAsync(exchange, profile, server, chat);
        }
        else if (profile.IsEmbeddings(exchange.Request))
        {
            await Embeddings.AnswerAsync(exchange, profile, server);
        }
        else
        {
            await profile.RouteAsync(exchange, server);
        }
    }
}
