using Assistant.Basics;
using Assistant.FileAccess;
using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Workspace;
using Assistant.Workspace.Documents;

namespace Assistant.Completion;

/// <summary>A request for ghost text at a caret, taken from one snapshot.</summary>
/// <param name="Snapshot">The workspace at the request's place among the edits. It holds the document.</param>
/// <param name="Document">The document of <paramref name="Snapshot"/> in which the caret is.</param>
/// <param name="Text">The whole document, split at the caret.</param>
/// <param name="Selected">The selected entry of an open IntelliSense list, else null.</param>
/// <param name="Access">The file-access policy at the request's place among the edits.</param>
public sealed record CompletionQuery(
    WorkspaceSnapshot Snapshot, DocumentSnapshot Document, TextAround Text, SelectedEntry? Selected, CompletionTrigger Trigger,
    FileAccessPolicy Access)
{
    /// <param name="caret">UTF-16 offset in the document's text.</param>
    /// <param name="selected">Null also for an entry whose range does not hold the caret.</param>
    public static CompletionQuery At(
        WorkspaceSnapshot snapshot, DocumentSnapshot document, int caret, FileAccessPolicy access, CompletionTrigger trigger,
        SelectedEntry? selected = null)
    {
        var text = document.Text.ToString();
        return new(snapshot, document, new TextAround(text[..caret], text[caret..]), selected, trigger, access);
    }

    /// <summary>The document's name, as the editor writes it.</summary>
    public string Uri => Document.Uri;

    /// <summary>The document's path, or its URI where it is no file: the name that Patterns uses.</summary>
    public string Path => Document.Path ?? Document.Uri;

    /// <summary>The document with the selected entry in place and the caret behind it. A suggestion continues this text.</summary>
    public TextAround Continued { get; } = Selected is null
        ? Text
        : new TextAround(
            string.Concat(Text.Before.AsSpan(0, Selected.Start), Selected.Text),
            Selected.End <= Text.Before.Length
                ? string.Concat(Text.Before.AsSpan(Selected.End), Text.After)
                : Text.After[(Selected.End - Text.Before.Length)..]);

    /// <summary>The text for a prompt where the policy admits the document to one; the policy's verdict where it does not.</summary>
    public Admission<TextAround> Admission => field ??= Access.Admit(Path, Continued, FileUse.OpenDocument);

    /// <summary>Names the document, so that the next key goes to the model that has read it.</summary>
    internal RouteRequest RouteRequest => new(ModelTask.Completion, Document: Uri);
}

/// <param name="Start">UTF-16 offset at which the text that the entry replaces begins.</param>
/// <param name="End">UTF-16 offset at which it ends.</param>
public sealed record SelectedEntry(int Start, int End, string Text);

public enum CompletionTrigger
{
    /// <summary>The editor asks by itself during typing.</summary>
    Automatic,

    /// <summary>The user asked by key: no gate, no debounce.</summary>
    Invoked,

    /// <summary>The caller wants the last answer: neither Patterns nor a first line goes ahead of the model.</summary>
    Final,
}
