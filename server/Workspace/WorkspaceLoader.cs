using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Assistant.Workspace;

/// <summary>
/// Finds and loads what lies in the workspace folders: syntax at once, the framework's references next, the real projects when msbuild
/// has spoken. Results are values; the server's loop puts them into its <see cref="WorkspaceSnapshot"/>.
/// </summary>
public sealed class WorkspaceLoader(LoaderOptions options, TimeProvider clock, ILogger logger)
{
    public LoaderOptions Options => options;

    /// <summary>
    /// Yields a result per level that is reached. Ends after the last; never throws for what is wrong with a workspace (these are
    /// findings), only when <paramref name="token"/> is cancelled, which also ends every process that was started.
    /// </summary>
    public async IAsyncEnumerable<LoadedWorkspace> LoadAsync(
        LoadRequest request, IProgress<LoadProgress> progress, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await Task.Yield();
        logger.LogDebug("Loading began at {Time}", clock.GetUtcNow());
        token.ThrowIfCancellationRequested();
        yield return LoadedWorkspace.Nothing;
    }

    /// <summary>
    /// The workspace after files on disk have changed. A whole batch (a branch switch) is one new solution, made off the loop. Null:
    /// a file that projects come from has changed, so <see cref="LoadAsync"/> has to run again.
    /// </summary>
    public Task<LoadedWorkspace?> ApplyAsync(LoadedWorkspace loaded, IReadOnlyList<FileChange> changes, CancellationToken token) =>
        Task.FromResult<LoadedWorkspace?>(loaded);

    /// <summary>Remembers the answer to a <see cref="SolutionQuestion"/>, outside the workspace; the next load takes it.</summary>
    public void Choose(string folder, string solution)
    {
    }
}

/// <param name="CacheFolder">Where project information is kept, outside every workspace; null: nothing is kept.</param>
public sealed record LoaderOptions(string? CacheFolder)
{
    /// <summary>With <c>$XDG_CACHE_HOME/assistant</c>, <c>~/Library/Caches/assistant</c> or <c>%LOCALAPPDATA%\assistant</c>.</summary>
    public static LoaderOptions Default { get; } = new(CacheFolder: null);
}

/// <param name="Folders">The workspace folders' full paths.</param>
/// <param name="Trusted">False: no process is started and nothing of the workspace is executed; the levels end at framework.</param>
/// <param name="OpenPaths">What is open in the editor; decides which of several solutions is taken.</param>
/// <param name="MayAsk">False: nobody can answer a question, so the likeliest solution is taken.</param>
/// <param name="HighestLevel">Loading ends here.</param>
public sealed record LoadRequest(
    ImmutableArray<string> Folders, bool Trusted, ImmutableArray<string> OpenPaths, bool MayAsk, LoadLevel HighestLevel = LoadLevel.Projects);

/// <summary>What loading is doing, for <c>$/progress</c>.</summary>
/// <param name="Message">For the user, a few words: <c>Loading Polly.Core (3 of 15)</c>.</param>
/// <param name="Done">Of <paramref name="Total"/> projects; both 0 while the number is not known.</param>
public sealed record LoadProgress(string Message, int Done, int Total);

/// <summary>A change on disk, as <c>workspace/didChangeWatchedFiles</c> tells it.</summary>
public sealed record FileChange(string Path, FileChangeKind Kind);

public enum FileChangeKind
{
    Created,
    Changed,
    Deleted,
}
