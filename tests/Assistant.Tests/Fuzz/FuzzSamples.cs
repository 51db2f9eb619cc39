using System.Text.Json;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;

namespace Assistant.Tests.Fuzz;

/// <summary>A message to the server, its params well-formed.</summary>
internal sealed record FuzzSample(string Method, string Json, bool IsRequest);

/// <summary>
/// Samples of every method to the server except `shutdown` and `exit`, which would end it. Their documents differ from
/// <see cref="FuzzDocument.Uri"/>. Each new method needs a sample; a test compares the samples with the server's registered methods.
/// </summary>
internal static class FuzzSamples
{
    private const string Decoy = "file:///fuzz/Decoy.cs";

    private static readonly LspRange SomeRange = new(new(0, 1), new(0, 3));

    public static IReadOnlyList<FuzzSample> All { get; } =
    [
        Of(
            Methods.Initialize,
            new InitializeParams(
                1, new("fuzz", "1"), "en", "/fuzz", "file:///fuzz", Lsp.TestClient.Everything, new(true), "off",
                [new("file:///fuzz", "fuzz")], 7)),
        Of(Methods.Initialized, new()),
        Of(Methods.Ping, new()),
        Of(Methods.SetTrace, new("verbose")),
        Of(Methods.WorkDoneProgressCancel, new("assistant-1")),
        Of(Methods.DidOpen, new(new(Decoy, "csharp", 1, "class A { int b = 1; }\r\n"))),
        Of(Methods.DidOpen, new(new("untitled:Untitled-1", "csharp", 1, "var a = 1;"))),
        Of(Methods.DidChange, new(new(Decoy, 2), [new("x", SomeRange), new("whole"), new("", SomeRange)])),
        Of(Methods.DidSave, new(new(Decoy), "text")),
        Of(Methods.DidClose, new(new(Decoy))),
        Of(
            Methods.InlineCompletion,
            new(new(Decoy), new(0, 5), new(InlineCompletionTriggerKind.Automatic, new(SomeRange, "Value")), 1, "partial")),
        Of(Methods.ExecuteCommand, new("assistant.none", [JsonElement.Parse("{\"a\":1}")])),
        Of(Methods.DidChangeWatchedFiles, new([new(Decoy, FileChangeType.Changed), new("file:///fuzz/New.cs", FileChangeType.Created)])),
        Of(Methods.DidChangeWorkspaceFolders, new(new([new("file:///fuzz2", "two")], [new("file:///fuzz", "fuzz")]))),
        Of(Methods.DidChangeConfiguration, new(JsonElement.Parse("""{"assistant":{"completion":{"enabled":true,"maxLines":3}}}"""))),
        Of(Methods.DidChangeTrust, new(true)),
        Of(Methods.Models, new()),
        Of(Methods.LastPrompt, new()),
        Of(Methods.DidAccept, new("patterns", "model", "endpoint")),
    ];

    private static FuzzSample Of<TParams, TResult>(RequestMethod<TParams, TResult> method, TParams p) =>
        new(method.Name, JsonSerializer.Serialize(p, method.Params), true);

    private static FuzzSample Of<TParams>(NotificationMethod<TParams> method, TParams p) =>
        new(method.Name, JsonSerializer.Serialize(p, method.Params), false);
}
