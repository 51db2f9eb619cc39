using ModelServerSimulator;

namespace Assistant.Tests.Doctor;

/// <summary>
/// What the doctor has to find, written by hand before it was run: for each server and each thing that is wrong with it the finding that
/// a person would have needed. A row: profile, fault, what else is so, the findings that are warnings or errors.
/// </summary>
internal static class DoctorRows
{
    public static IReadOnlyList<DoctorRow> All { get; } =
    [
        // Nothing is wrong.
        new("lmstudio-0.4", Fault.None, ""),
        new("lmstudio-0.3", Fault.None, ""),
        new("llamacpp", Fault.None, ""),
        new("mlx-0.28", Fault.None, ""),
        new("mlx-0.31", Fault.None, ""),
        new("mlx-0.32", Fault.None, ""),
        new("mlx-0.32.2", Fault.None, ""),
        new("ollama", Fault.None, ""),
        new("vllm", Fault.None, ""),
        new("openai", Fault.None, "", Key: "sk-test"),
        new("mlx-0.32.2", Fault.EmptyModelList, ""),
        new("lmstudio-0.4", Fault.None, "", Embedding: true),
        new("ollama", Fault.None, "", Embedding: true),

        // Nothing is loaded: a router loads at the first use, which the doctor must not be.
        new("llamacpp-router", Fault.None, "Warning model.notLoaded; Error completion.none"),
        new("lmstudio-0.4", Fault.NoModelsLoaded, "Warning model.notLoaded; Error completion.none"),
        new("lmstudio-0.3", Fault.NoModelsLoaded, "Warning model.notLoaded; Error completion.none"),

        // Not to be reached, or not what it should be.
        new("lmstudio-0.4", Fault.Unauthorized, "Error server.unauthorized"),
        new("llamacpp", Fault.Unauthorized, "Error server.unauthorized"),
        new("vllm", Fault.Unauthorized, "Error server.unauthorized"),
        new("openai", Fault.None, "Error server.unauthorized"),
        new("llamacpp", Fault.Loading, "Warning server.loading"),
        new("lmstudio-0.4", Fault.OtherServer, "Error server.notOne"),
        new("mlx-0.32.2", Fault.OtherServer, "Error server.notOne"),
        new("llamacpp", Fault.NotHttp, "Error server.notOne"),
        new("lmstudio-0.4", Fault.None, "Error server.basePath", Path: "/api/"),
        new("llamacpp", Fault.None, "Error server.basePath", Path: "/openai/"),

        // It answers about itself and does not generate.
        new("lmstudio-0.4", Fault.Wedge, "Error model.silent", Waits: true),
        new("llamacpp", Fault.Wedge, "Error model.silent", Waits: true),
        new("mlx-0.31", Fault.Wedge, "Error model.silent", Waits: true),
        new("mlx-0.32", Fault.Wedge, "Error model.silent", Waits: true),
        new("mlx-0.32.2", Fault.DeadGenerationThread, "Error model.dead"),
        new("mlx-0.32", Fault.ZeroByteClose, "Error server.down"),
        new("llamacpp", Fault.ResetBeforeHead, "Error server.down"),
        new("lmstudio-0.4", Fault.ErrorInStream, "Error model.dead"),
        new("llamacpp", Fault.EndWithoutDone, "Error model.fails"),
        new("lmstudio-0.4", Fault.EndWithoutDone, "Error model.fails"),
        new("ollama", Fault.ServerBusy, "Warning server.busy"),

        // It generates, and not what was asked for.
        new("llamacpp", Fault.EmptyContent, "Warning fim.answer; Warning tools.streamed; Warning tools.whole"),
        new("lmstudio-0.4", Fault.None, "Warning tools.streamed; Warning tools.whole", CallsTools: false),
        new("lmstudio-0.4", Fault.None, "Warning fim.answer", KnowsTheHole: false),
        new("lmstudio-0.4", Fault.None, "Error fim.markers", Model: "qwen2.5-coder-7b-instruct", Format: "starcoder"),

        // The context.
        new("lmstudio-0.4", Fault.ContextOverflow, "Error context.small"),
        new("llamacpp", Fault.ContextOverflow, "Error context.small"),
        new("lmstudio-0.4", Fault.None, "Error context.small", ContextTokens: 1024),
        new("ollama", Fault.None, "Warning context.small", ContextTokens: 2048),
    ];
}

/// <param name="Expected">Warnings and errors in the order in which they are found.</param>
/// <param name="Path">The configured base path.</param>
/// <param name="Waits">The clock has to go on until the finding is made.</param>
/// <param name="Format">The FIM format that the model really knows, where its name says another.</param>
/// <param name="Key">The endpoint's API key.</param>
/// <param name="Embedding">An embedding model is loaded too.</param>
internal sealed record DoctorRow(
    string Profile,
    Fault Fault,
    string Expected,
    string Path = "/v1/",
    bool Waits = false,
    bool CallsTools = true,
    bool KnowsTheHole = true,
    bool Embedding = false,
    int? ContextTokens = null,
    string? Model = null,
    string? Format = null,
    string? Key = null)
{
    public override string ToString() => $"{Profile} {Fault}{(Path == "/v1/" ? "" : $" {Path}")}{(CallsTools ? "" : " no calls")}{(KnowsTheHole ? "" : " lost")}"
        + $"{(Embedding ? " embeds" : "")}{(ContextTokens is { } tokens ? $" {tokens}" : "")}{(Format is null ? "" : $" {Format}")}{(Key is null ? "" : " with its key")}";
}
