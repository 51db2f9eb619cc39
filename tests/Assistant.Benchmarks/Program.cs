using System.Diagnostics;
using System.Globalization;

namespace Assistant.Benchmarks;

/// <summary>
/// Measures the wire between two processes over stdio:
/// <c>dotnet run -c Release --project tests/Assistant.Benchmarks -- [--which ping|wire|hangup|all] [--server "COMMAND ARGUMENTS"]
/// [--workspace DIR]</c>. <c>hangup</c> measures the time until a model server's socket sees the close of its stream, and starts no
/// process. <c>router</c>: <see cref="RouterBenchmark"/>. <c>patterns</c> and <c>patterns-train</c>: <see cref="PatternsBenchmark"/>, <see
/// cref="PatternsTraining"/>. <c>chaos [SECONDS]</c>: <see cref="Chaos"/>, a minute each. <c>overhead</c>: <see cref="OverheadBenchmark"/>.
/// <c>tools</c>: <see cref="ToolsBenchmark"/>. Without --server the other process is this program with the bare wire (connection, loop and
/// a stored document).
/// </summary>
internal static class Program
{
    private const string Usage = "usage: [--which ping|wire|hangup|all] [--server \"COMMAND ARGUMENTS\"] [--workspace DIR]";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["--bare-wire"])
        {
            return await BareWire.RunAsync();
        }
        if (arguments is ["overhead"])
        {
            await using var figures = new StreamWriter(Console.OpenStandardOutput());
            var costs = new Table(figures, "raw loopback peer");
            var (chat, completion) = (await OverheadBenchmark.ChatAsync(), await OverheadBenchmark.CompletionAsync());
            costs.Add("chat: handed over until its bytes are there", chat.Requests);
            costs.Add("chat: a token's bytes until it is handed on", chat.Tokens);
            costs.Add("completion: until its bytes are there", completion.Requests);
            costs.Add("completion: a token until it is handed on", completion.Tokens);
            return 0;
        }
        if (arguments is ["chaos", .. var seconds])
        {
            return await ChaosAsync(TimeSpan.FromSeconds(seconds is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 60));
        }
        if (arguments is ["patterns", .. var checkouts])
        {
            return PatternsBenchmark.Run(checkouts);
        }
        if (arguments is ["patterns-train", .. var teachers])
        {
            return PatternsTraining.Run(teachers);
        }
        if (arguments is ["tools", .. var tools])
        {
            await using var report = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
            return await ToolsBenchmark.RunAsync(tools, report);
        }
        if (arguments is ["router", .. var router])
        {
            if (router is not [var engine, var model, var assistant])
            {
                await Console.Error.WriteLineAsync("usage: router LLAMA-SERVER MODEL.gguf ASSISTANT");
                return 2;
            }
            await using var report = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
            return await RouterBenchmark.RunAsync(engine, model, assistant, report);
        }
        var which = "all";
        string? server = null;
        string? workspace = null;
        for (var index = 0; index < arguments.Length; index += 2)
        {
            switch (arguments[index..])
            {
                case ["--which", "ping" or "wire" or "hangup" or "all", ..]:
                    which = arguments[index + 1];
                    break;
                case ["--server", var command, ..]:
                    server = command;
                    break;
                case ["--workspace", var folder, ..]:
                    workspace = Path.GetFullPath(folder);
                    break;
                default:
                    await Console.Error.WriteLineAsync(Usage);
                    return 2;
            }
        }
        await using var output = new StreamWriter(Console.OpenStandardOutput());
        var table = new Table(output, server ?? "bare wire");
        if (which is "hangup" or "all")
        {
            table.Add("hang-up in the stream, seen by the peer", await HangUpBenchmark.RunAsync(inStream: true));
            table.Add("hang-up before the first byte", await HangUpBenchmark.RunAsync(inStream: false));
            if (which is "hangup")
            {
                return 0;
            }
        }
        using var client = StdioClient.Start(server is null ? Self() : Split(server));
        client.Initialize(workspace);
        if (which is "ping" or "all")
        {
            table.Add("ping", WireBenchmarks.Ping(client));
        }
        if (which is "wire" or "all")
        {
            table.Add("100 kB didChange, seen by the next request", WireBenchmarks.Change(client));
        }
        return client.Shutdown();
    }

    private static ProcessStartInfo Self() =>
        new(Environment.ProcessPath!, Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
            ? [typeof(Program).Assembly.Location, "--bare-wire"]
            : ["--bare-wire"]);

    private static ProcessStartInfo Split(string command) =>
        command.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var program, .. var rest]
            ? new(program, rest)
            : throw new ArgumentException("--server needs a command.");

    private static async Task<int> ChaosAsync(TimeSpan length)
    {
        await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await output.WriteLineAsync($"completions, {length.TotalSeconds:0} s: {(await Chaos.CompletionsAsync(length)).Summary}");
        await output.WriteLineAsync($"chats, {length.TotalSeconds:0} s: {(await Chaos.ChatsAsync(length)).Summary}");
        return 0;
    }
}
