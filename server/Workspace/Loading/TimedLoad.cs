using Assistant.Workspace.Status;

namespace Assistant.Workspace.Loading;

/// <summary>A load for commands of the terminal: it ends at a time limit, with the level that it has reached by then.</summary>
public static class TimedLoad
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <returns>The highest level reached, and whether the limit ended the load.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="token"/> was cancelled.</exception>
    public static async Task<(LoadedWorkspace Loaded, bool TimedOut)> RunAsync(
        WorkspaceLoader loader, LoadRequest request, TimeProvider clock, CancellationToken token)
    {
        using var timeout = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, timeout.Token);
        var loaded = LoadedWorkspace.Nothing;
        try
        {
            await foreach (var level in loader.LoadAsync(request, new Progress<LoadProgress>(), either.Token))
            {
                loaded = level;
            }
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return (loaded, TimedOut: true);
        }
        return (loaded, TimedOut: false);
    }
}
