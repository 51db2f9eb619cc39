using ModelServerSimulator;
using static Assistant.Tests.Matrix.Expected;

namespace Assistant.Tests.Matrix;

/// <summary>Rows for the servers' forms of tool calls and thoughts.</summary>
internal static class MatrixCallRows
{
    private const string Log = "model server's log";

    private static readonly Expected NoCall = Never("no tool is called");

    private static readonly string[] OwnModels = [.. Profiles.All.Except(Profiles.Cloud)];

    public static IReadOnlyList<MatrixRow> All { get; } =
    [
        Calls("calls in the server's own way", CallShape.OfProfile),
        Calls("a model that knows no tools", CallShape.OfProfile) with
        {
            WithoutTools = true, Only = (OwnModels, "its models all know tools"),
        },
        Calls("calls in fragments", CallShape.Fragmented),
        Calls("calls whole", CallShape.OneShot),
        Calls("calls without index", CallShape.IndexMissing),
        Calls("calls with index null", CallShape.IndexNull),
        Calls("two calls, all with index 0", CallShape.IndexZero) with { TwoCalls = true },
        Calls("two calls in the server's own way", CallShape.OfProfile) with { TwoCalls = true },
        Calls("calls with an empty id", CallShape.IdEmpty),
        Calls("fragments with empty keys", CallShape.EmptyKeys),
        Calls("arguments as an object", CallShape.ArgumentsObject),
        Calls("the tool's name in another spelling", CallShape.OtherSpelling),
        Calls("calls with finish_reason stop", CallShape.FinishStop),
        Calls("arguments that do not parse", CallShape.Malformed) with
        {
            Tools = BrokenCall,
            Differs =
            [
                // The server drops the call silently, and then reports that there was one.
                new(Profiles.Mlx, [Call.Tools], Fails("and none came", Log)),
                // The native mode fails; the schema mode gets the call.
                new(Profiles.LlamaServer, [Call.Tools], Right),
            ],
        },
        Calls("finish_reason tool_calls and no call", CallShape.FinishWithoutCalls) with { Tools = Fails("and none came", Log) },
        Calls("a call that the length cuts off", CallShape.Truncated) with
        {
            Tools = BrokenCall,
            // A server that waits for a call's end drops a cut call, with the finish reason length.
            Differs = [new([.. Profiles.Mlx, .. Profiles.Ollama], [Call.Tools], Nothing)],
        },
        Calls("calls as <tool_call>", CallShape.HermesText),
        Calls("calls as <tool_call> that do not parse", CallShape.HermesMalformed) with { Tools = BrokenCall },
        Calls("calls as XML", CallShape.XmlText),
        Calls("calls in a fence", CallShape.FencedJson),
        Calls("calls as bare objects", CallShape.BareObject),
        Calls("calls as [TOOL_REQUEST]", CallShape.ToolRequest),
        Calls("calls in harmony's channels", CallShape.Harmony),
        Calls("calls as Python", CallShape.Pythonic),
        Calls("calls inside the thoughts", CallShape.InReasoning),
        Thoughts("thoughts as reasoning_content", ReasoningShape.ReasoningContent),
        Thoughts("thoughts as reasoning", ReasoningShape.Reasoning),
        Thoughts("thoughts as <think>", ReasoningShape.ThinkTags),
    ];

    private static MatrixRow Calls(string name, CallShape shape) => new(name, options => options with { CallShape = shape })
    {
        Named = true, Completion = NoCall, Chat = NoCall, Embeddings = NoCall,
    };

    private static MatrixRow Thoughts(string name, ReasoningShape shape) => new(
        name, options => options with { Reasoning = MatrixPlay.Thought, ReasoningShape = shape })
    {
        ThinksAloud = true, Completion = Never("raw completions do not think"), Tools = Never("as for chat"),
        Embeddings = Never("vectors do not think"),
    };
}
