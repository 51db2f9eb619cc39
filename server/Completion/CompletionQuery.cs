using Assistant.Basics;
using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Workspace;

namespace Assistant.Completion;

/// <summary>A question for ghost text, taken from one snapshot.</summary>
/// <param name="Uri">The document as the editor names it.</param>
/// <param name="Path">Its path, or its uri where it has none: what Patterns knows it by.</param>
/// <param name="Version">The editor's version of the text.</param>
/// <param name="Text">The whole document, split at the caret.</param>
/// <param name="Folder">The workspace folder that holds it, if one does.</param>
/// <param name="Selected">The entry that is selected in an open IntelliSense list, else null.</param>
public sealed record CompletionQuery(
    string Uri,
    string Path,
    string LanguageId,
    int Version,
    TextAround Text,
    SelectedEntry? Selected,
    CompletionTrigger Trigger,
    LoadLevel Level,
    string? Folder = null)
{
    /// <summary>The document as it would be with the selected entry put in, the caret behind it: what a suggestion continues.</summary>
    public TextAround Continued { get; } = Selected is null
        ? Text
        : new TextAround(
            string.Concat(Text.Before.AsSpan(0, Selected.Start), Selected.Text),
            Selected.End <= Text.Before.Length
                ? string.Concat(Text.Before.AsSpan(Selected.End), Text.After)
                : Text.After[(Selected.End - Text.Before.Length)..]);

    /// <summary>With the document: while one model works on it, the next key is not to go to another that has not read it.</summary>
    internal RouteRequest RouteRequest => new(ModelTask.Completion, Document: Uri);
}

/// <param name="Start">Where the text that the entry replaces begins, UTF-16 offset.</param>
/// <param name="End">Where it ends.</param>
public sealed record SelectedEntry(int Start, int End, string Text);

public enum CompletionTrigger
{
    /// <summary>The editor asks by itself while somebody types.</summary>
    Automatic,

    /// <summary>Asked for by key: no gate, no debounce.</summary>
    Invoked,

    /// <summary>Asked for the answer that would stand last: neither Patterns nor a first line goes ahead of the model.</summary>
    Final,
}
