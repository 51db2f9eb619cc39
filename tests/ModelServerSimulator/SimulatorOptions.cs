namespace ModelServerSimulator;

/// <summary>What the simulated server is and how it behaves. Replaced as a whole while it runs (<see cref="Simulator.Options"/>).</summary>
public sealed record SimulatorOptions
{
    /// <summary>The name of a profile, for example <c>llamacpp</c>; all are in <see cref="ProfileTable.Names"/>.</summary>
    public string Profile { get; init; } = "llamacpp";

    /// <summary>The port on 127.0.0.1; 0 takes a free one. Read at the start only.</summary>
    public int Port { get; init; }

    /// <summary>The models that it has; none: one coder model that is loaded. Read at the start only.</summary>
    public IReadOnlyList<SimulatedModel> Models { get; init; } = [];

    /// <summary>
    /// The true texts of files: the model answers a prompt with what stands between its prefix and its suffix in one of them.
    /// </summary>
    public IReadOnlyList<string> Documents { get; init; } = [];

    /// <summary>What the model writes after it has filled the hole.</summary>
    public AfterTheHole AfterTheHole { get; init; } = AfterTheHole.IntoSuffix;

    /// <summary>What a well-formed prompt is answered with whose place is in none of the documents.</summary>
    public string WhenLost { get; init; } = "simulated();\n";

    /// <summary>What a chat is answered with that no scripted reply is left for and that has no hole to fill.</summary>
    public string ChatReply { get; init; } = "Hello! How can I assist you today?";

    /// <summary>
    /// What a chat that offers tools is answered with, if no scripted reply is left, until a tool's result comes; else it gets
    /// <see cref="ChatReply"/>.
    /// </summary>
    public ModelReply? ToolReply { get; init; }

    /// <summary>How calls of tools look on the wire.</summary>
    public CallShape CallShape { get; init; }

    /// <summary>What the model thinks before it answers a chat.</summary>
    public string Reasoning { get; init; } = "";

    /// <summary>How thoughts look on the wire.</summary>
    public ReasoningShape ReasoningShape { get; init; }

    /// <summary>Whether a model is loaded when it is asked for (LM Studio).</summary>
    public bool JustInTime { get; init; } = true;

    /// <summary>Whether a load on demand unloads what was loaded on demand before, whatever it does just then (LM Studio).</summary>
    public bool AutoEvict { get; init; } = true;

    /// <summary>Time after which an unused model goes that was loaded on demand; a request's <c>ttl</c> goes before it.</summary>
    public TimeSpan IdleTtl { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Time that a download takes.</summary>
    public TimeSpan DownloadTime { get; init; }

    /// <summary>Models that are loaded side by side at most (llama-server's router).</summary>
    public int MaxLoaded { get; init; } = 1;

    /// <summary>A field that the server does not know is a 400 (vLLM's strict builds; the cloud always).</summary>
    public bool StrictFields { get; init; }

    /// <summary>Numbers in an embedding.</summary>
    public int EmbeddingDimensions { get; init; } = 32;

    /// <summary>What is wrong with it. Some faults act on running streams too (<see cref="ModelServerSimulator.Fault.Wedge"/>).</summary>
    public Fault Fault { get; init; }

    /// <summary>The number of tokens after which a fault in the stream comes.</summary>
    public int FaultAfterTokens { get; init; } = 3;

    /// <summary>How a prompt that is too long is told.</summary>
    public OverflowShape Overflow { get; init; }

    /// <summary>If set, every request needs it as bearer token, else 401.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Time between a request's arrival and the start of its work.</summary>
    public TimeSpan FirstByteDelay { get; init; }

    /// <summary>Time before each line of a reply's head.</summary>
    public TimeSpan HeadLineDelay { get; init; }

    /// <summary>Time that one token takes to be generated.</summary>
    public TimeSpan TokenDelay { get; init; }

    /// <summary>Prompt tokens read per second; 0 reads at once. One prompt is read at a time, the others wait.</summary>
    public double PrefillTokensPerSecond { get; init; }

    /// <summary>
    /// Each generation stops after this many tokens until <see cref="Simulator.Release"/>: a test need not race with the stream.
    /// </summary>
    public int? HoldAfterTokens { get; init; }

    /// <summary>Each prefill stops before its end until <see cref="Simulator.Release"/>.</summary>
    public bool HoldPrefill { get; init; }

    /// <summary>
    /// While a prompt is read, a comment goes out this often where the server sends such comments by the clock (llama-server: 30 s).
    /// </summary>
    public TimeSpan KeepaliveEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where the events of a stream are cut into writes of their own.</summary>
    public StreamSplit Split { get; init; }

    /// <summary>
    /// What becomes of a reply's body, piece by piece, before it is sent: how tests make a server mad. Null: it stays as it is.
    /// </summary>
    public Func<string, string>? Damage { get; init; }

    /// <summary>Drives every delay; the log's timestamps come from it too.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>How a server tells what a model thinks.</summary>
public enum ReasoningShape
{
    /// <summary>As the profile does it by itself.</summary>
    OfProfile,

    /// <summary>Under <c>reasoning_content</c>.</summary>
    ReasoningContent,

    /// <summary>Under <c>reasoning</c>.</summary>
    Reasoning,

    /// <summary>As <c>&lt;think&gt;…&lt;/think&gt;</c> at the start of the text.</summary>
    ThinkTags,
}

/// <summary>What a model writes after it has filled the hole.</summary>
public enum AfterTheHole
{
    /// <summary>It goes on with the document, as small models do that miss the end of the hole.</summary>
    IntoSuffix,

    /// <summary>It ends.</summary>
    End,

    /// <summary>It repeats three lines of the suffix, closes a fence that nobody opened, and explains the code.</summary>
    SuffixThenProse,

    /// <summary>It writes its family's padding token, which not every server takes for an end, and goes on with junk.</summary>
    PadThenJunk,
}

/// <summary>Where a stream is cut into writes (and chunks) of their own.</summary>
public enum StreamSplit
{
    None,

    /// <summary>Inside every UTF-8 sequence of more than one byte.</summary>
    InsideUtf8,

    /// <summary>Inside the word <c>data:</c>, in the middle of its line, and between its two line ends.</summary>
    InsideDataLine,

    /// <summary>After every byte.</summary>
    EveryByte,
}

/// <summary>A model that the server has.</summary>
/// <param name="Id">
/// Its id in the lists; it also decides which FIM format the model knows, unless <paramref name="FimFormat"/> says it.
/// </param>
public sealed record SimulatedModel(string Id, string? FimFormat = null)
{
    public bool Loaded { get; init; } = true;

    /// <summary>The context that it is, or would be, loaded with, in tokens.</summary>
    public int ContextTokens { get; init; } = 8192;

    public int MaxContextTokens { get; init; } = 32768;

    /// <summary>Requests that it works on at a time.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Time that it takes to load where the server loads on demand.</summary>
    public TimeSpan LoadDelay { get; init; }

    /// <summary><c>llm</c> or <c>embeddings</c>; by its name if it is not said.</summary>
    public string Type { get; init; } = Id.Contains("embed", StringComparison.OrdinalIgnoreCase) ? "embeddings" : "llm";

    /// <summary>Why it cannot be loaded; null if it can.</summary>
    public string? LoadError { get; init; }

    /// <summary>Whether the server can be asked for calls of tools with this model.</summary>
    public bool Tools { get; init; } = true;

    /// <summary>False if it has to be downloaded first (LM Studio).</summary>
    public bool Downloaded { get; init; } = true;

    /// <summary>The id of the model of which this is a further loaded instance.</summary>
    public string? InstanceOf { get; init; }
}
