using System.Globalization;
using System.Runtime.InteropServices;

namespace ModelServerSimulator;

/// <summary>The simulator as a program: prints its address as first line and runs until it is told to end.</summary>
internal static class Program
{
    private static string Usage => $"""
        A test double of a local model server. It answers FIM prompts with what stands at their place in the documents.

          --profile NAME         {string.Join(", ", ProfileTable.Names)}
          --port N               0: any free one (default)
          --document FILE        the true text of a file; may be given several times; a folder gives all its .cs files
          --model ID             may be given several times; the first is loaded
          --context N            tokens
          --slots N
          --fault NAME           {Names<Fault>()}
          --fault-after N        tokens, for faults in a stream
          --token-delay MS
          --first-byte-delay MS
          --prefill-speed N      prompt tokens per second
          --load-delay MS
          --split NAME           {Names<StreamSplit>()}
          --after NAME           what the model writes behind the hole: {Names<AfterTheHole>()}
          --reply TEXT           scripted reply; may be given several times
          --api-key KEY
          --log                  one line on stderr for each completion that ended
        """;

    public static async Task<int> Main(string[] arguments)
    {
        SimulatorOptions options;
        List<string> replies = [];
        bool logs;
        try
        {
            (options, logs) = Read(arguments, replies);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message + "\n\n" + Usage);
            return 2;
        }

        using var ended = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ended.Cancel();
        }

        await using var simulator = await Simulator.StartAsync(options);
        replies.ForEach(simulator.Brain.Enqueue);
        await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await output.WriteLineAsync(simulator.BaseUrl.ToString().TrimEnd('/'));
        try
        {
            await ReportAsync(simulator.Log, logs, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Told to end.
        }
        return 0;
    }

    /// <summary>Writes a line for each completion when it has ended, until it is told to end.</summary>
    private static async Task ReportAsync(RequestLog log, bool logs, CancellationToken ended)
    {
        if (!logs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
        }
        for (var index = 0; ; index++)
        {
            var request = await log.CompletionAsync(index, Timeout.InfiniteTimeSpan, ended);
            await log.WhenAsync(() => request.Ended, Timeout.InfiniteTimeSpan, ended);
            await Console.Error.WriteLineAsync(
                $"{request.Path} {request.Status} prompt {request.PromptTokens} cached {request.CachedTokens} written {request.TokensProduced} "
                + $"{(request.PeerClosedFirst ? $"hung up at {request.TokensWhenClosed}" : request.FinishReason ?? "no end")}");
        }
    }

    private static (SimulatorOptions Options, bool Logs) Read(string[] arguments, List<string> replies)
    {
        var options = new SimulatorOptions();
        List<string> models = [];
        List<string> documents = [];
        var template = new SimulatedModel("");
        var changesModel = false;
        var logs = false;
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = arguments[i];
            string Value() => ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{name} needs a value.");
            int Number() => int.Parse(Value(), CultureInfo.InvariantCulture);
            TimeSpan Milliseconds() => TimeSpan.FromMilliseconds(double.Parse(Value(), CultureInfo.InvariantCulture));
            SimulatedModel Model(SimulatedModel changed)
            {
                changesModel = true;
                return changed;
            }
            switch (name)
            {
                case "--profile": options = options with { Profile = Value() }; break;
                case "--port": options = options with { Port = Number() }; break;
                case "--document": documents.AddRange(Texts(Value())); break;
                case "--model": models.Add(Value()); break;
                case "--context": template = Model(template with { ContextTokens = Number() }); break;
                case "--slots": template = Model(template with { Slots = Number() }); break;
                case "--load-delay": template = Model(template with { LoadDelay = Milliseconds() }); break;
                case "--fault": options = options with { Fault = Parse<Fault>(Value()) }; break;
                case "--fault-after": options = options with { FaultAfterTokens = Number() }; break;
                case "--token-delay": options = options with { TokenDelay = Milliseconds() }; break;
                case "--first-byte-delay": options = options with { FirstByteDelay = Milliseconds() }; break;
                case "--prefill-speed": options = options with { PrefillTokensPerSecond = Number() }; break;
                case "--split": options = options with { Split = Parse<StreamSplit>(Value()) }; break;
                case "--after": options = options with { AfterTheHole = Parse<AfterTheHole>(Value()) }; break;
                case "--reply": replies.Add(Value()); break;
                case "--api-key": options = options with { ApiKey = Value() }; break;
                case "--log": logs = true; break;
                default: throw new ArgumentException($"There is no option {name}.");
            }
        }
        if (changesModel || models.Count > 0)
        {
            models = models.Count > 0 ? models : [ProfileTable.Make(options.Profile).DefaultModel.Id];
            options = options with { Models = [.. models.Select((id, index) => template with { Id = id, Loaded = index == 0 })] };
        }
        _ = ProfileTable.Make(options.Profile);
        return (options with { Documents = documents }, logs);
    }

    private static IEnumerable<string> Texts(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText)
        : [File.ReadAllText(path)];

    private static T Parse<T>(string name) where T : struct, Enum =>
        Enum.TryParse<T>(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value)
            ? value
            : throw new ArgumentException($"There is no {typeof(T).Name} '{name}'. There are: {Names<T>()}.");

    private static string Names<T>() where T : struct, Enum => string.Join(", ", Enum.GetNames<T>());
}
