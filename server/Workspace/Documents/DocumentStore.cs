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
    /// Applies the changes of one <c>didChange</c> in their order. They arrive in order over one pipe, so a version that does not grow
    /// and a range outside of the document are mistakes that leave the text known: the range is clamped. While the document is out of
    /// sync, changes are skipped until a full text, which puts it in sync again.
    /// </summary>
    /// <param name="version">The version after the changes; null adds one.</param>
    public DocumentUpdate Change(string uri, int? version, IReadOnlyList<DocumentChange> changes)
    {
        if (Find(uri) is not { } document)
        {
            return new(this, $"{uri} was changed but is not open.");
        }
        // A repeated version is too common among clients for a line in the log at every key.
        var problem = version < document.Version ? $"{uri}: version {version} came after version {document.Version}." : null;
        document = document with { Version = version ?? document.Version + 1 };
        foreach (var change in changes)
        {
            if (change.Range is null)
            {
                document = WithText(document with { OutOfSync = false }, change.Text);
            }
            else if (!document.OutOfSync)
            {
                if (!document.Positions.Holds(change.Range))
                {
                    problem = $"{uri}: the range {change.Range} does not fit a document of {document.Positions.LineCount} lines; "
                        + "it is clamped.";
                }
                document = WithEdit(document, document.Positions.SpanOf(change.Range), change.Text);
            }
        }
        return new(With(document), problem);
    }

    /// <summary>An edit of this document was lost: its text is unknown until the client sends the full text.</summary>
    public DocumentStore OutOfSync(string uri) => Find(uri) is { } document ? With(document with { OutOfSync = true }) : this;

    /// <summary>Closing a document that is not open changes nothing.</summary>
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
/// <param name="Problem">The client's mistake, for the log; null where it made none.</param>
public sealed record DocumentUpdate(DocumentStore Store, string? Problem);
