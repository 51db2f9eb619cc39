using Assistant.Basics;
using Assistant.Completion;
using Assistant.FileAccess;
using Assistant.ModelServers.Discovery;
using Assistant.Models;
using Assistant.Patterns;
using Assistant.Settings;
using Assistant.Workspace;
using Assistant.Workspace.Documents;
using Assistant.Workspace.Files;
using Assistant.Workspace.Loading;
using Assistant.Workspace.Status;

namespace Assistant.Cli;

/// <summary>The services of a terminal command; Composition.cs builds them.</summary>
/// <param name="CurrentDirectory">The base of relative paths.</param>
/// <param name="Warnings">The problems of the settings, in sentences for the user.</param>
internal sealed record CommandServices(
    AssistantSettings Settings,
    IReadOnlyList<string> Warnings,
    ModelServices Models,
    MachineFacts Machine,
    InlineCompletion Completion,
    WorkspaceLoader Loader,
    PatternFeed PatternFeed,
    TextWriter Output,
    TextWriter Error,
    string CurrentDirectory,
    TimeProvider Clock)
{
    /// <summary>Reads the document at a place; the error is a sentence that names cause and remedy.</summary>
    public (CommandDocument? Document, string? Error) Open(CommandPlace place)
    {
        string text;
        try
        {
            text = PlainFile.ReadText(place.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (null, $"{place.Path} cannot be read: {error.Message}");
        }
        return place.Position.OffsetIn(text) is { } caret
            ? (new CommandDocument(place, text, caret), null)
            : (null,
                $"{place.Path} has no line {place.Position.Line} with a column {place.Position.Column}. Lines and columns count from 1.");
    }

    /// <summary>Loads the workspace with the document open in it.</summary>
    /// <param name="indexed">Patterns index the workspace's files.</param>
    public async Task<CompletionQuery> LoadAsync(CommandDocument document, bool indexed, CancellationToken token)
    {
        var place = document.Place;
        if (indexed)
        {
            PatternFeed.PostFiles(SourceFiles.In(place.Workspace));
        }
        var snapshot = WorkspaceSnapshot.Start([place.Workspace], Settings.Workspace.ProjectCode);
        if (place.Level > LoadLevel.Syntax)
        {
            snapshot = await LoadProjectsAsync(snapshot, place, token);
        }
        if (indexed)
        {
            await WaitForPatternsAsync(token);
        }
        var uri = DocumentUri.FromPath(place.Path);
        snapshot = snapshot.With(snapshot.Documents.Open(uri, "csharp", version: 0, document.Text));
        var access = FileAccessPolicy.Of(Settings, snapshot.Folders);
        return CompletionQuery.At(snapshot, snapshot.Documents.Find(uri)!, document.Caret, access, CompletionTrigger.Final);
    }

    private async Task WaitForPatternsAsync(CancellationToken token)
    {
        try
        {
            await PatternFeed.Idle.WaitAsync(TimedLoad.Limit, Clock, token);
        }
        catch (TimeoutException)
        {
            await Error.WriteLineAsync(
                $"Indexing the workspace took more than {TimedLoad.Limit.TotalSeconds:F0} s; Patterns uses the files indexed so far.");
        }
    }

    private async Task<WorkspaceSnapshot> LoadProjectsAsync(WorkspaceSnapshot snapshot, CommandPlace place, CancellationToken token)
    {
        var request = new LoadRequest(
            snapshot.Folders, snapshot.Trusted, () => [place.Path], MayAsk: false, place.Level, Settings.Workspace.Solution);
        var (loaded, timedOut) = await TimedLoad.RunAsync(Loader, request, Clock, token);
        snapshot = snapshot.With(loaded);
        if (timedOut)
        {
            await Error.WriteLineAsync(
                $"Loading {place.Workspace} took more than {TimedLoad.Limit.TotalSeconds:F0} s; level {snapshot.Level} is used instead.");
        }
        foreach (var finding in snapshot.Findings)
        {
            await Error.WriteLineAsync(finding.Message);
        }
        return snapshot;
    }
}

/// <summary>The document at a place, read from disk.</summary>
/// <param name="Caret">UTF-16 offset.</param>
internal sealed record CommandDocument(CommandPlace Place, string Text, int Caret);

/// <summary>A place in a file, and the workspace of the file.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Workspace">Full path.</param>
/// <param name="Level">Loading ends at this level.</param>
internal sealed record CommandPlace(string Path, FilePosition Position, string Workspace, LoadLevel Level)
{
    /// <summary>The nearest folder above a file that holds a solution or repository, else a project; else the file's own folder.</summary>
    public static string WorkspaceOf(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        return Above(folder, at => Holds(at, "*.sln", "*.slnx") || Directory.Exists(System.IO.Path.Combine(at, ".git")))
            ?? Above(folder, at => Holds(at, "*.csproj"))
            ?? folder;
    }

    private static string? Above(string? folder, Func<string, bool> fits)
    {
        while (folder is not null && !(Directory.Exists(folder) && fits(folder)))
        {
            folder = System.IO.Path.GetDirectoryName(folder);
        }
        return folder;
    }

    private static bool Holds(string folder, params ReadOnlySpan<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            if (Directory.EnumerateFiles(folder, pattern).Any())
            {
                return true;
            }
        }
        return false;
    }
}
