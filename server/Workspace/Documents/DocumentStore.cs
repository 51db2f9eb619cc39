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

    /// <summary>Opening what is open already breaks LSP's rule; the new text is taken, for it is the client's.</summary>
    public DocumentStore Open(string uri, string languageId, int version, string text) =>
        With(WithText(new DocumentSnapshot(uri, DocumentUri.ToPath(uri), languageId, version, Nothing, OutOfSync: false)
        {
            Positions = PositionMap.Of(Nothing),
        }, text));

    /// <summary>
    /// Applies the changes of one <c>didChange</c> in their order. One that does not fit puts the document out of sync and the rest is
    /// left out, up to a full text, which mends it.
    /// </summary>
    /// <param name="version">The number of the text after the changes; it may skip forwards, not backwards, and null counts on by one.</param>
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

    /// <summary>An edit of this document was lost: its text is not known until a full text mends it.</summary>
    public DocumentStore OutOfSync(string uri) => Find(uri) is { } document ? With(document with { OutOfSync = true }) : this;

    /// <summary>Closing what is not open is refused.</summary>
    public DocumentUpdate Close(string uri) =>
        byKey.Remove(DocumentUri.Key(uri)) is var rest && rest != byKey ? new(new(rest), null) : new(this, $"{uri} was closed but is not open.");

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

/// <summary>The documents after a change, and why the change did not fit, said once per document that falls out of sync.</summary>
public sealed record DocumentUpdate(DocumentStore Store, string? Refusal);
