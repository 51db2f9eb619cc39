using Assistant.Completion;
using Assistant.FileAccess;
using Assistant.Settings;
using Assistant.Workspace;
using Assistant.Workspace.Documents;

namespace Assistant.Tests.Completion;

/// <summary>Makes a query from a text whose caret is marked with <c>$$</c>, in a snapshot that holds the one document.</summary>
internal static class MarkedQuery
{
    public const string Uri = "file:///C.cs";

    public static CompletionQuery Of(
        string marked, CompletionTrigger trigger = CompletionTrigger.Automatic, string uri = Uri, string[]? folders = null,
        AssistantSettings? settings = null)
    {
        var caret = marked.IndexOf("$$", StringComparison.Ordinal);
        Assert.True(caret >= 0 && caret == marked.LastIndexOf("$$", StringComparison.Ordinal), "One caret.");
        var documents = DocumentStore.Empty.Open(uri, "csharp", version: 1, marked.Remove(caret, 2));
        var snapshot = WorkspaceSnapshot.Start(folders ?? [], trusted: true).With(documents);
        var access = FileAccessPolicy.Of(settings ?? AssistantSettings.Defaults, snapshot.Folders);
        return CompletionQuery.At(snapshot, documents.Find(uri)!, caret, access, trigger);
    }
}
