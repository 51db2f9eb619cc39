using System.Text.Json;
using System.Text.Json.Serialization;
using Assistant.Lsp.JsonRpc;

namespace Assistant.Lsp.Protocol;

/// <param name="Line">0-based.</param>
/// <param name="Character">0-based, in UTF-16 units; a value beyond the line's end means its end.</param>
public readonly record struct Position(int Line, int Character) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Line < 0 || Character < 0)
        {
            throw new JsonException("A position's line and character are not negative.");
        }
    }
}

/// <summary>The protocol's Range (<see cref="System.Range"/> has the short name). The end is not part of it.</summary>
public readonly record struct LspRange(Position Start, Position End);

public sealed record TextDocumentIdentifier(string Uri);

public sealed record VersionedTextDocumentIdentifier(string Uri, int Version);

public sealed record TextDocumentItem(
    string Uri, string LanguageId, int Version, [property: JsonConverter(typeof(AnyTextConverter))] string Text);

public sealed record TextDocumentPositionParams(TextDocumentIdentifier TextDocument, Position Position);

public sealed record DidOpenTextDocumentParams(TextDocumentItem TextDocument);

public sealed record DidChangeTextDocumentParams(
    VersionedTextDocumentIdentifier TextDocument,
    IReadOnlyList<TextDocumentContentChangeEvent> ContentChanges) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Present.All(ContentChanges);
}

/// <param name="Text">The new text.</param>
/// <param name="Range">The replaced range; null: the whole document.</param>
public sealed record TextDocumentContentChangeEvent(
    [property: JsonConverter(typeof(AnyTextConverter))] string Text, LspRange? Range = null);

public sealed record DidCloseTextDocumentParams(TextDocumentIdentifier TextDocument);

public sealed record DidSaveTextDocumentParams(TextDocumentIdentifier TextDocument, string? Text = null);

/// <summary>A command that the client runs, or sends back by `workspace/executeCommand`.</summary>
public sealed record Command(
    string Title,
    [property: JsonPropertyName("command")] string Name,
    IReadOnlyList<JsonElement>? Arguments = null);

public sealed record ExecuteCommandParams(string Command, IReadOnlyList<JsonElement>? Arguments = null, RpcId? WorkDoneToken = null);
