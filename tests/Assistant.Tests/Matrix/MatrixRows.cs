using ModelServerSimulator;
using static Assistant.Tests.Matrix.Expected;

namespace Assistant.Tests.Matrix;

/// <summary>
/// The closed list of a model server's possible troubles, with the expected outcome of each call. It was written before the first run:
/// a cell with another outcome shows a bug of the product, or changes this list with a reason.
/// </summary>
internal static class MatrixRows
{
    private const string Restart = "Restart the model server";
    private const string Log = "model server's log";
    private const string Start = "Start the model server at";
    private const string Port = "Look which program uses this port";
    private const string Larger = "larger context";

    private static readonly Call[] Texts = [Call.Completion, Call.Chat, Call.Tools];
    private static readonly Call[] Vectors = [Call.Embeddings];

    public static IReadOnlyList<MatrixRow> Servers { get; } =
    [
        new("none", Same)
        {
            Differs = [new(Profiles.Mlx, Vectors, Fails("no model that could make vectors", "Get an embedding model"))],
        },
        new("nothing listens", Same)
        {
            Dead = true, All = Fails("cannot be reached", Start), Finding = "cannot be reached",
            Differs = [new(Profiles.Mlx, Vectors, Fails("cannot be reached", Start))],
        },
        new("connection reset before a byte", With(Fault.ResetBeforeHead))
        {
            All = Fails("cannot be reached", Start), Finding = "cannot be reached",
            Differs = [new(Profiles.Mlx, Vectors, Fails("cannot be reached", Start))],
        },
        new("no HTTP on the port", With(Fault.NotHttp))
        {
            All = Fails("UnexpectedServer", Port), Finding = "UnexpectedServer",
            Differs = [new(Profiles.Mlx, Vectors, Fails("UnexpectedServer", Port))],
        },
        new("a head without end", With(Fault.EndlessHead))
        {
            All = Fails("UnexpectedServer", Port), Finding = "UnexpectedServer",
            Differs = [new(Profiles.Mlx, Vectors, Fails("UnexpectedServer", Port))],
        },
        new("another web server on the port", With(Fault.OtherServer))
        {
            All = Fails("UnexpectedServer", Port), Finding = "UnexpectedServer",
            Differs = [new(Profiles.Mlx, Vectors, Fails("UnexpectedServer", Port))],
        },
        new("wrong or no key", With(Fault.Unauthorized))
        {
            Only = (Profiles.WithKey, "mlx_lm.server knows no keys"), Finding = "key",
            All = Fails("Invalid API Key", "apiKeyVariable"),
            Differs =
            [
                new(Profiles.LmStudio, Fails("API token is required", "apiKeyVariable")),
                new(Profiles.Vllm, Fails("Unauthorized", "apiKeyVariable")),
                new(Profiles.Ollama, Fails("unauthorized", "apiKeyVariable")),
                new(Profiles.Cloud, Fails("Incorrect API key provided", "apiKeyVariable")),
            ],
        },
        new("200 with “unexpected endpoint” everywhere", With(Fault.UnexpectedEndpoint))
        {
            Only = (Profiles.LmStudio, "only LM Studio answers so"), Finding = "Unexpected endpoint",
            All = Fails("Unexpected endpoint or method", "/v1"),
        },
        new("503 while it loads", With(Fault.Loading))
        {
            Only = (["llamacpp"], "only llama-server with one model answers so"), Finding = "Loading model",
            All = Fails("Loading model", "Wait until the model is loaded"),
        },
        new("no model loaded", With(Fault.NoModelsLoaded))
        {
            Only = (Profiles.LmStudio, "it serves with its model, loads it by use, or is not there"), Finding = "no model loaded",
            Completion = Fails("no model loaded that could complete", "Load one"),
            Chat = Fails("no model loaded that could answer", "Load one"), Tools = Fails("no model loaded that could answer", "Load one"),
            Embeddings = Fails("no model loaded that could make vectors", "Load one"),
        },
        new("the named model cannot be loaded", With(Fault.LoadFails))
        {
            Unloaded = true, All = Fails("Error loading model", "free memory"), Finding = "Error loading model",
            Only = ([.. Profiles.LmStudio, "llamacpp-router", .. Profiles.Ollama, .. Profiles.Mlx], "it does not load by use"),
        },
        new("the model list is 200 without a body", With(Fault.EmptyModelList))
        {
            Only = (Profiles.Mlx, "only mlx_lm.server without a hub folder answers so"),
            Differs = [new(Profiles.Mlx, Vectors, Fails("no model that could make vectors", "Get an embedding model"))],
        },
        new("wedged: nothing ever comes, lists answer", With(Fault.Wedge))
        {
            Timer = Timer.FirstByte, All = Fails("NoFirstByte", Restart), Finding = "NoFirstByte",
        },
        new("generation thread died", With(Fault.DeadGenerationThread))
        {
            Only = (["mlx-0.32.2"], "only mlx_lm.server 0.32.2 says so"),
            All = Fails("generation thread died", Restart), Finding = "generation thread died",
        },
        new("zero-byte close", With(Fault.ZeroByteClose)) { All = Fails("zero-byte close", "still runs"), Finding = "zero-byte close" },
        new("400 with a string as error", With(Fault.StringError))
        {
            All = Fails("The model has crashed", Restart), Finding = "The model has crashed",
        },
        new("200 with an error", With(Fault.ErrorIn200))
        {
            All = Fails("the engine did not answer", Log), Finding = "the engine did not answer",
        },
        new("busy", With(Fault.ServerBusy))
        {
            Only = ([.. Profiles.Ollama, .. Profiles.Vllm, .. Profiles.Cloud], "it queues without bound"),
            Finding = "maximum pending requests exceeded",
            All = Fails("maximum pending requests exceeded", "Wait"),
        },
        new("429", With(Fault.RateLimited))
        {
            Only = (Profiles.Cloud, "only clouds limit rates"), All = Fails("Rate limit reached", "Wait"), Finding = "Rate limit reached",
        },
        new("chat template fails", With(Fault.TemplateError))
        {
            Completion = Right, Embeddings = Never("vectors need no template"), Finding = "Error rendering prompt",
            Chat = Fails("Error rendering prompt", Log), Tools = Fails("Error rendering prompt", Log),
            Differs = [new(Profiles.Cloud, [Call.Completion], Fails("Error rendering prompt", Log))],
        },
    ];

    public static IReadOnlyList<MatrixRow> Answers { get; } =
    [
        new("error in mid-stream", With(Fault.ErrorInStream))
        {
            Streamed = Fails("The model has crashed", Restart), Finding = "The model has crashed",
            Differs =
            [
                new(Profiles.LlamaServer, Texts, Fails("does not match the expected peg-native format", Log)),
                new(Profiles.Mlx, Texts, Fails("CutShort", Log)),
            ],
        },
        new("model unloaded under the generation", With(Fault.ModelUnloaded))
        {
            Only = (Profiles.LmStudio, "only LM Studio evicts a model that generates"),
            Streamed = Fails("Model unloaded", "Load a model"), Finding = "Model unloaded",
        },
        new("stream ends without a finish", With(Fault.EndWithoutDone)) { Streamed = Fails("CutShort", Log), Finding = "CutShort" },
        new("data line cut off", With(Fault.BrokenJson))
        {
            Streamed = Fails("CutShort", Log), Finding = "CutShort",
            // These servers send calls whole, so no part of the call arrived before.
            Differs = [new(Profiles.Ollama, [Call.Tools], Fails("its stream is not JSON", Port))],
        },
        new("connection reset in mid-answer", With(Fault.ResetInStream))
        {
            All = Fails("broke the connection off", "still runs"), Finding = "broke the connection off",
        },
        new("silence in mid-stream", With(Fault.SilentInStream))
        {
            Timer = Timer.Silence, Streamed = Fails("(Idle)", Restart), Finding = "(Idle)",
            // These servers send calls whole, so no part of the call arrived before.
            Differs = [new(Profiles.Ollama, [Call.Tools], Fails("NoFirstByte", Restart))],
        },
        new("comments without end", With(Fault.EndlessComments))
        {
            Timer = Timer.Standstill, Streamed = Fails("(NoFirstByte)", Restart), Finding = "(NoFirstByte)",
        },
        new("blanks without end", With(Fault.EndlessBlanks))
        {
            Streamed = Fails("nothing but blanks", Restart), Finding = "nothing but blanks",
        },
        new("an event without end", With(Fault.EndlessEvent)) { Streamed = Fails("UnexpectedServer", Port), Finding = "UnexpectedServer" },
        new("finish_reason null", With(Fault.FinishReasonMissing)) { Streamed = Right },
        new("finish_reason that nobody knows", With(Fault.FinishReasonUnknown)) { Streamed = Right },
        new("no text, finish_reason stop", With(Fault.EmptyContent))
        {
            Completion = Nothing, Chat = Nothing, Tools = Nothing, Embeddings = Fails("no server of vectors", Port),
        },
        new("the answer under the name for thoughts", With(Fault.ContentInReasoning))
        {
            Completion = Never("raw completions have no such name"), Chat = ThoughtsAlone, Tools = Right,
            Embeddings = Never("vectors have no such name"),
            Differs =
            [
                new(Profiles.Cloud, [Call.Completion], Nothing),
                // These servers write thoughts into the text, and the client separates them again.
                new(["mlx-0.28"], [Call.Chat], ThoughtsAlone),
            ],
        },
        new("odd chunks between the others", With(Fault.OddChunks)) { Streamed = Right },
        new("nulls are refused", With(Fault.RejectNulls)),
        new("Content-Length is required", With(Fault.LengthRequired)),
        new("prompt too long: event: error", Overflowing(OverflowShape.ErrorEvent))
        {
            Only = (Profiles.LmStudio, "only LM Studio tells it so"),
            All = Fails("Input does not fit in context length", Larger), Finding = "does not fit in context length",
        },
        new("prompt too long: 400 with a string", Overflowing(OverflowShape.StringError))
        {
            Only = (Profiles.LmStudio, "only LM Studio tells it so"),
            All = Fails("greater than the context length", Larger), Finding = "greater than the context length",
            Differs = [new(Profiles.LmStudio, Vectors, Fails("does not fit in context length", Larger))],
        },
        new("prompt too long: 400 with an object", Overflowing(OverflowShape.ErrorObject))
        {
            Only = ([.. Profiles.LlamaServer, .. Profiles.Vllm, .. Profiles.Cloud], "it tells it otherwise, or not at all"),
            Finding = "context",
            All = Fails("exceeds the available context size", Larger),
            Differs = [new([.. Profiles.Vllm, .. Profiles.Cloud], Fails("maximum context length", Larger))],
        },
        new("prompt too long: an empty answer", Overflowing(OverflowShape.Empty))
        {
            Only = (Profiles.LmStudio, "only LM Studio with GGUF models does so"), Streamed = Nothing,
        },
        new("prompt too long: cut without a word", Overflowing(OverflowShape.Truncated))
        {
            Only = ([.. Profiles.LmStudio, .. Profiles.Mlx, .. Profiles.Ollama], "it tells it"), Streamed = AsItCame,
        },
        new("a head line by line", options => options with { HeadLineDelay = TimeSpan.FromMilliseconds(1) }),
        new("cut inside UTF-8 sequences", options => options with { Split = StreamSplit.InsideUtf8 }),
        new("cut inside data lines", options => options with { Split = StreamSplit.InsideDataLine }),
        new("cut after every byte", options => options with { Split = StreamSplit.EveryByte }),
    ];

    /// <summary>All rows, for all kinds of calls.</summary>
    public static IReadOnlyList<MatrixRow> All { get; } =
        [.. Servers, .. Answers.Select(row => row with { Later = true }), .. MatrixCallRows.All];

    private static SimulatorOptions Same(SimulatorOptions options) => options;

    private static Func<SimulatorOptions, SimulatorOptions> With(Fault fault) => options => options with { Fault = fault };

    private static Func<SimulatorOptions, SimulatorOptions> Overflowing(OverflowShape shape) =>
        options => options with { Fault = Fault.ContextOverflow, Overflow = shape };
}
