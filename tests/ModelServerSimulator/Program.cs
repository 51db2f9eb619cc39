using System.Globalization;
using System.Runtime.InteropServices;

namespace ModelServerSimulator;

/// <summary>The simulator as a program: prints its address as first line and runs until it is told to end.</summary>
internal static class Program
{
    private static string Usage => $"""
        A test double of a model server. It answers FIM prompts with what stands at their place in the documents.
        Usage: dotnet run --project tests/ModelServerSimulator -- --profile mlx-0.32 --fault wedge

          --profile NAME         {string.Join(", ", ProfileTable.Names)}
          --port N               0: any free one (default)
          --document FILE        the true text of a file; may be given several times; a folder gives all its .cs files
          --model ID             may be given several times; the first is loaded; an id with "embed" gives embeddings
          --load-error TEXT      why the models that are not loaded cannot be
          --context N            tokens
          --slots N
          --fault NAME           {Names<Fault>()}
          --fault-after N        tokens, for faults in a stream
          --token-delay MS
          --first-byte-delay MS
          --prefill-speed N      prompt tokens per second
          --load-delay MS
          --overflow NAME        how a prompt is told that is too long: {Names<OverflowShape>()}
          --split NAME           {Names<StreamSplit>()}
          --after NAME           what the model writes behind the hole: {Names<AfterTheHole>()}
          --reply TEXT           scripted reply; may be given several times
          --call 'NAME JSON'     a chat that offers tools is answered with this call; may be given several times
          --call-shape NAME      {Names<CallShape>()}
          --reasoning TEXT       what the model thinks before it answers a chat
          --reasoning-shape NAME {Names<ReasoningShape>()}
          --api-key KEY
          --strict               refuses fields that it does not know
          --no-jit, --no-evict   LM Studio: nothing is loaded, nothing unloaded by a request
          --ttl S                LM Studio: seconds after which an unused model goes
          --shop ID              LM Studio: a model that has to be downloaded first; may be given several times
          --download-time MS
          --max-loaded N         llama-server's router
          --help
          --log                  one line on stderr for each completion that ended
        """;

    public static async Task<int> Main(string[] arguments)
    {
        SimulatorOptions options;
        await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        if (arguments.Contains("--help"))
        {
            await output.WriteLineAsync(Wrapped(Usage));
            return 0;
        }
        List<string> replies = [];
        bool logs;
        try
        {
            (options, logs) = Read(arguments, replies);
        }
        catch (Exception e) when (
            e is ArgumentException or FormatException or OverflowException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(Wrapped(e.Message + "\n\n" + Usage));
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
                $"{request.Path} {request.Status} prompt {request.PromptTokens} cached {request.CachedTokens} "
                + $"written {request.TokensProduced} "
                + $"{(request.PeerClosedFirst ? $"hung up at {request.TokensWhenClosed}" : request.FinishReason ?? "no end")}");
        }
    }

    private static (SimulatorOptions Options, bool Logs) Read(string[] arguments, List<string> replies)
    {
        var options = new SimulatorOptions();
        List<string> models = [];
        List<string> shop = [];
        List<string> documents = [];
        List<ModelCall> calls = [];
        string? loadError = null;
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
                case "--shop": shop.Add(Value()); break;
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
                case "--load-error": loadError = Value(); changesModel = true; break;
                case "--overflow": options = options with { Overflow = Parse<OverflowShape>(Value()) }; break;
                case "--call": calls.Add(Call(Value())); break;
                case "--call-shape": options = options with { CallShape = Parse<CallShape>(Value()) }; break;
                case "--reasoning": options = options with { Reasoning = Value() }; break;
                case "--reasoning-shape": options = options with { ReasoningShape = Parse<ReasoningShape>(Value()) }; break;
                case "--strict": options = options with { StrictFields = true }; break;
                case "--no-jit": options = options with { JustInTime = false }; break;
                case "--no-evict": options = options with { AutoEvict = false }; break;
                case "--ttl": options = options with { IdleTtl = TimeSpan.FromSeconds(Number()) }; break;
                case "--download-time": options = options with { DownloadTime = Milliseconds() }; break;
                case "--max-loaded": options = options with { MaxLoaded = Number() }; break;
                case "--log": logs = true; break;
                default: throw new ArgumentException($"There is no option {name}.");
            }
        }
        if (changesModel || models.Count > 0)
        {
            models = models.Count > 0 ? models : [ProfileTable.Make(options.Profile).DefaultModel.Id];
            options = options with { Models = [.. models.Select((id, index) => template with { Id = id, Loaded = index == 0,
                Type = new SimulatedModel(id).Type, LoadError = index == 0 ? null : loadError })] };
        }
        options = options with { Models =
            [.. options.Models, .. shop.Select(id => new SimulatedModel(id) { Downloaded = false, Loaded = false })] };
        _ = ProfileTable.Make(options.Profile);
        return (options with { Documents = documents, ToolReply = calls.Count > 0 ? new ModelReply { Calls = calls } : null }, logs);
    }

    private static ModelCall Call(string text) =>
        text.Split(' ', 2) is [var name, var json] ? new ModelCall(name, json) : new ModelCall(text);

    private static IEnumerable<string> Texts(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText)
        : [File.ReadAllText(path)];

    private static T Parse<T>(string name) where T : struct, Enum =>
        Enum.TryParse<T>(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value)
            ? value
            : throw new ArgumentException($"There is no {typeof(T).Name} '{name}'. There are: {Names<T>()}.");

    /// <summary>Lines of 110 columns at most; what goes on stands under its column.</summary>
    private static string Wrapped(string text) => string.Join('\n', text.Split('\n').SelectMany(line =>
    {
        if (line.Length <= 110)
        {
            return (IEnumerable<string>)[line];
        }
        List<string> lines = [" "];
        foreach (var word in line.TrimStart().Split(' '))
        {
            if (lines[^1].Length + word.Length > 110)
            {
                lines.Add(new string(' ', 24));
            }
            lines[^1] += (lines[^1].Length == 0 || lines[^1].EndsWith(' ') && lines.Count > 1 ? "" : " ") + word;
        }
        return lines;
    }));

    private static string Names<T>() where T : struct, Enum => string.Join(", ", Enum.GetNames<T>());
}
