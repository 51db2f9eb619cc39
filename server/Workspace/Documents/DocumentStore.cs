using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Assistant.Workspace.Documents;

/// <summary>
/// The open documents at one moment. Immutable: the server's loop holds the newest, a read keeps the one it started with.
/// </summary>
public sealed class DocumentStore
{
    private readonly ImmutableDictionary<string, DocumentSnapshot> byKey;

    private DocumentStore(ImmutableDictionary<string, DocumentSnapshot> byKey) => this.byKey = byKey;

    public static DocumentStore Empty { get; } = new(ImmutableDictionary<string, DocumentSnapshot>.Empty);

    public IEnumerable<DocumentSnapshot> All => byKey.Values;

    internal IEnumerable<KeyValuePair<string, DocumentSnapshot>> ByKey => byKey;

    public int Count => byKey.Count;

    /// <summary>Null if the document is not open.</summary>
    public DocumentSnapshot? Find(string uri) => byKey.GetValueOrDefault(DocumentUri.Key(uri));

    internal DocumentSnapshot? FindByKey(string key) => byKey.GetValueOrDefault(key);

    /// <summary>Opening an open document breaks LSP's rule; the new text replaces the old one, since the client holds it.</summary>
    public DocumentStore Open(string uri, string languageId, int version, string text) =>
        With(WithText(new DocumentSnapshot(uri, DocumentUri.ToPath(uri), languageId, version, Nothing, OutOfSync: false)
        {
            Positions = PositionMap.Of(Nothing),
        }, text));

    /// <summary>
    /// Applies the changes of one <c>didChange</c> in their order. A change that does not fit puts the document out of sync; the changes
    /// after it are skipped until a full text, which puts the document in sync again.
    /// </summary>
    /// <param name="version">The version after the changes. It may skip numbers but not decrease; null adds one.</param>
    public DocumentUpdate Change(string uri, int? version, IReadOnlyList<DocumentChange> changes)
    {
        if (Find(uri) is not { } before)
        {
            return new(this, $"{uri} was changed but is not open.");
        }
        var refusal = version <= before.Version ? $"{uri}: version {version} came after version {before.Version}." : null;
        var document = refusal is null ? before : before with { OutOfSync = true };
        foreach (var change in changes)
        {
            if (change.Range is null)
            {
                document = WithText(document with { OutOfSync = false }, change.Text);
                refusal = null;
            }
            else if (!document.OutOfSync)
            {
                if (document.Positions.SpanOf(change.Range) is { } span)
                {
                    document = WithEdit(document, span, change.Text);
                }
                else
                {
                    refusal = $"{uri}: the range {change.Range} lies outside a document of {document.Positions.LineCount} lines.";
                    document = document with { OutOfSync = true };
                }
            }
        }
        return new(With(document with { Version = version ?? before.Version + 1 }), before.OutOfSync ? null : refusal);
    }

    /// <summary>An edit of this document was lost: its text is unknown until the client sends the full text.</summary>
    public DocumentStore OutOfSync(string uri) => Find(uri) is { } document ? With(document with { OutOfSync = true }) : this;

    /// <summary>Closing what is not open is refused.</summary>
    public DocumentUpdate Close(string uri) =>
        byKey.Remove(DocumentUri.Key(uri)) is var rest && rest != byKey
            ? new(new(rest), null)
            : new(this, $"{uri} was closed but is not open.");

    private static SourceText Nothing { get; } = SourceText.From("", Encoding.UTF8);

    private DocumentStore With(DocumentSnapshot document) => new(byKey.SetItem(DocumentUri.Key(document.Uri), document));

    private static DocumentSnapshot WithText(DocumentSnapshot document, string text)
    {
        var source = SourceText.From(text, Encoding.UTF8);
        return document with { Text = source, Positions = PositionMap.Of(source) };
    }

    private static DocumentSnapshot WithEdit(DocumentSnapshot document, TextSpan span, string text)
    {
        var source = document.Text.WithChanges(new TextChange(span, text));
        return document with { Text = source, Positions = document.Positions.After(source, text) };
    }
}

/// <summary>The documents after a change.</summary>
/// <param name="Refusal">Why the change did not fit; set once each time a document gets out of sync.</param>
public sealed record DocumentUpdate(DocumentStore Store, string? Refusal);
