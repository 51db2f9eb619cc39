namespace ModelServerSimulator;

/// <summary>What the model writes: its thoughts, then text, then calls of tools.</summary>
public sealed record ModelReply(string Text = "")
{
    public string Reasoning { get; init; } = "";

    /// <summary>
    /// Calls of tools, in their order. Where no tools are offered they are written as text, as a model does that was told of them in the
    /// prompt.
    /// </summary>
    public IReadOnlyList<ModelCall> Calls { get; init; } = [];

    /// <summary>How the calls look on the wire; if it is not said, as <see cref="SimulatorOptions.CallShape"/> says.</summary>
    public CallShape Shape { get; init; }

    /// <summary>A reply that is one call.</summary>
    public static ModelReply Call(string name, string arguments, CallShape shape = CallShape.OfProfile) =>
        new() { Calls = [new ModelCall(name, arguments)], Shape = shape };
}

/// <summary>A call of a tool, with its arguments as JSON text.</summary>
public sealed record ModelCall(string Name, string Arguments = "{}");

/// <summary>How calls of tools appear on the wire; the list is closed, and each has been seen on a real server.</summary>
public enum CallShape
{
    /// <summary>As the profile does it by itself.</summary>
    OfProfile,

    /// <summary>Name first, then the arguments in fragments.</summary>
    Fragmented,

    /// <summary>Each call whole in one delta.</summary>
    OneShot,

    /// <summary>Deltas without <c>index</c>; whole calls, since fragments could not be told apart.</summary>
    IndexMissing,

    /// <summary>Deltas with <c>index</c> null.</summary>
    IndexNull,

    /// <summary>Several calls, and all have index 0 (some versions of Ollama).</summary>
    IndexZero,

    /// <summary>Every call's <c>id</c> is empty (LM Studio).</summary>
    IdEmpty,

    /// <summary>Fragments after the first have an empty <c>name</c>, <c>id</c> and <c>type</c> (older LM Studio).</summary>
    EmptyKeys,

    /// <summary><c>arguments</c> is an object, not a string.</summary>
    ArgumentsObject,

    /// <summary>The arguments are JSON that does not parse. mlx drops such a call; llama-server breaks off.</summary>
    Malformed,

    /// <summary>The call's name is written another way than the tool's (LM Studio makes names snake_case).</summary>
    OtherSpelling,

    /// <summary><c>finish_reason</c> is <c>stop</c> although there are calls (Ollama).</summary>
    FinishStop,

    /// <summary><c>finish_reason</c> is <c>tool_calls</c> and there is none (mlx after a malformed call).</summary>
    FinishWithoutCalls,

    /// <summary>The length ends the reply in the middle of the arguments; mlx drops the call.</summary>
    Truncated,

    /// <summary>As text: <c>&lt;tool_call&gt;{…}&lt;/tool_call&gt;</c>.</summary>
    HermesText,

    /// <summary>As text: <c>&lt;tool_call&gt;</c> around JSON that does not parse.</summary>
    HermesMalformed,

    /// <summary>As text: <c>&lt;tool_call&gt;&lt;function=…&gt;&lt;parameter=…&gt;</c> (Qwen3-Coder).</summary>
    XmlText,

    /// <summary>As text: an object in a fence of JSON.</summary>
    FencedJson,

    /// <summary>As text: bare objects, each on its line.</summary>
    BareObject,

    /// <summary>As text: <c>[TOOL_REQUEST]{…}[END_TOOL_REQUEST]</c> (LM Studio's default for models without tools).</summary>
    ToolRequest,

    /// <summary>As text: the channels of gpt-oss.</summary>
    Harmony,

    /// <summary>As text: <c>[name(key="value")]</c> (LFM2, Llama 4).</summary>
    Pythonic,

    /// <summary>As <c>&lt;tool_call&gt;</c> inside the thoughts (LM Studio).</summary>
    InReasoning,
}
