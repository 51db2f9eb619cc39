using ModelServerSimulator;

namespace Assistant.Tests.Doctor;

/// <summary>
/// The expected findings of the doctor, written by hand before the first run: for each server and problem, the finding that helps the user.
/// Columns: profile, fault, further conditions, the findings that are warnings or errors.
/// </summary>
internal static class DoctorRows
{
    public static IReadOnlyList<DoctorRow> All { get; } =
    [
        // The server is healthy.
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

        // No model is loaded. A router loads a model at its first use, which the doctor must not cause.
        new("llamacpp-router", Fault.None, "Warning model.notLoaded; Error completion.none"),
        new("lmstudio-0.4", Fault.NoModelsLoaded, "Warning model.notLoaded; Error completion.none"),
        new("lmstudio-0.3", Fault.NoModelsLoaded, "Warning model.notLoaded; Error completion.none"),

        // The server cannot be reached, or is another program.
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

        // The server answers about itself, but does not generate.
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

        // The server generates a wrong answer.
        new("llamacpp", Fault.EmptyContent, "Warning fim.answer; Warning tools.streamed; Warning tools.whole"),
        new("lmstudio-0.4", Fault.None, "Warning tools.streamed; Warning tools.whole", CallsTools: false),
        new("lmstudio-0.4", Fault.None, "Warning fim.answer", KnowsTheHole: false),
        new("lmstudio-0.4", Fault.None, "Error fim.markers", Model: "qwen2.5-coder-7b-instruct", Format: "starcoder"),

        // The context is too small.
        new("lmstudio-0.4", Fault.ContextOverflow, "Error context.small"),
        new("llamacpp", Fault.ContextOverflow, "Error context.small"),
        new("lmstudio-0.4", Fault.None, "Error context.small", ContextTokens: 1024),
        new("ollama", Fault.None, "Warning context.small", ContextTokens: 2048),
    ];
}

/// <param name="Expected">Warnings and errors in the order of the findings.</param>
/// <param name="Path">The configured base path.</param>
/// <param name="Waits">The clock has to advance before the finding is made.</param>
/// <param name="Format">The FIM format of the model, where its name suggests another.</param>
/// <param name="Key">The endpoint's API key.</param>
/// <param name="Embedding">An embedding model is also loaded.</param>
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
    public override string ToString() =>
        $"{Profile} {Fault}{(Path == "/v1/" ? "" : $" {Path}")}{(CallsTools ? "" : " no calls")}{(KnowsTheHole ? "" : " lost")}"
        + $"{(Embedding ? " embeds" : "")}{(ContextTokens is { } tokens ? $" {tokens}" : "")}"
        + $"{(Format is null ? "" : $" {Format}")}{(Key is null ? "" : " with its key")}";
}
