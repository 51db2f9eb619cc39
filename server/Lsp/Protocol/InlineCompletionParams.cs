using Assistant.Lsp.JsonRpc;

namespace Assistant.Lsp.Protocol;

/// <summary>LSP 3.18 "Inline Completion Request".</summary>
public sealed record InlineCompletionParams(
    TextDocumentIdentifier TextDocument,
    Position Position,
    InlineCompletionContext Context,
    RpcId? WorkDoneToken = null,
    RpcId? PartialResultToken = null);

/// <param name="SelectedCompletionInfo">Set while the suggest widget is open: a suggestion must begin with its text.</param>
public sealed record InlineCompletionContext(
    InlineCompletionTriggerKind TriggerKind, SelectedCompletionInfo? SelectedCompletionInfo = null);

public enum InlineCompletionTriggerKind
{
    /// <summary>By key or command.</summary>
    Invoked = 1,

    /// <summary>While typing.</summary>
    Automatic = 2,
}

/// <param name="Range">The range that the selected entry of the suggest widget replaces.</param>
/// <param name="Text">The text of that entry.</param>
public sealed record SelectedCompletionInfo(LspRange Range, string Text);

public sealed record InlineCompletionList(IReadOnlyList<InlineCompletionItem> Items);

/// <param name="InsertText">Plain text.</param>
/// <param name="Range">The replaced range. It begins and ends on the caret's line, else VS Code drops the item.</param>
/// <param name="Command">The client runs it after the whole item was accepted, not after a word or a line of it.</param>
public sealed record InlineCompletionItem(string InsertText, LspRange? Range = null, string? FilterText = null, Command? Command = null);
