using Assistant.Completion;
using Assistant.Patterns;
using Assistant.Workspace.Documents;

namespace Assistant.Handlers;

/// <summary>Effects of open documents on the features that keep a state of their own.</summary>
internal static class OpenDocuments
{
    public static void UpdateCompletion(InlineCompletion completion, SessionState before, SessionState after)
    {
        foreach (var (_, document) in Changed(before, after))
        {
            completion.Edited(document.Uri, document.Text);
        }
        foreach (var closed in Closed(before, after))
        {
            completion.DocumentClosed(closed.Uri);
        }
    }

    public static void UpdatePatterns(PatternFeed feed, SessionState before, SessionState after)
    {
        foreach (var (old, document) in Changed(before, after))
        {
            // The index may lag behind while a line is typed; a finished line is worth reading the file again.
            if (document.IsCSharp && (old is null || old.Text.Lines.Count != document.Text.Lines.Count))
            {
                feed.Post(document.Path ?? document.Uri, () => document.Text.ToString());
            }
        }
        foreach (var closed in Closed(before, after))
        {
            if (closed.Path is { } path)
            {
                // The file on disk counts again; the feed reads it on a task of its own.
                feed.PostFiles([path]);
            }
            else
            {
                feed.Post(closed.Uri, () => null);
            }
        }
    }

    private static IEnumerable<(DocumentSnapshot? Old, DocumentSnapshot New)> Changed(SessionState before, SessionState after)
    {
        var (old, now) = (before.Workspace.Documents, after.Workspace.Documents);
        return ReferenceEquals(old, now) ? []
            : now.All.Select(document => (Old: old.Find(document.Uri), New: document)).Where(pair => !ReferenceEquals(pair.Old, pair.New));
    }

    private static IEnumerable<DocumentSnapshot> Closed(SessionState before, SessionState after)
    {
        var (old, now) = (before.Workspace.Documents, after.Workspace.Documents);
        return ReferenceEquals(old, now) ? [] : old.All.Where(document => now.Find(document.Uri) is null);
    }
}
