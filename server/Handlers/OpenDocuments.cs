using Assistant.Workspace.Documents;

namespace Assistant.Handlers;

/// <summary>Tells the features that keep something of their own what happens to open documents.</summary>
internal static class OpenDocuments
{
    public static void Register(SessionServices services)
    {
        services.Server.Loop.Changed += (before, after) =>
        {
            if (!ReferenceEquals(before.Workspace.Documents, after.Workspace.Documents))
            {
                Tell(services, before.Workspace.Documents, after.Workspace.Documents);
            }
        };
    }

    private static void Tell(SessionServices services, DocumentStore before, DocumentStore after)
    {
        foreach (var document in after.All)
        {
            var old = before.Find(document.Uri);
            if (ReferenceEquals(old, document))
            {
                continue;
            }
            services.Completion.Edited(document.Uri, document.Text);
            // While a line is typed the index may lag behind; a line that is whole is worth reading the file again.
            if (document.IsCSharp && (old is null || old.Text.Lines.Count != document.Text.Lines.Count))
            {
                services.PatternFeed.Post(document.Path ?? document.Uri, () => document.Text.ToString());
            }
        }
        foreach (var closed in before.All.Where(document => after.Find(document.Uri) is null))
        {
            services.Completion.DocumentClosed(closed.Uri);
            if (closed.Path is { } path)
            {
                // What is on disk counts again.
                services.PatternFeed.PostFiles([path]);
            }
            else
            {
                services.PatternFeed.Post(closed.Uri, () => null);
            }
        }
    }
}
