using System.Collections.Immutable;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Status;

namespace Assistant.Workspace.Loading;

/// <param name="CacheFolder">Where project information is kept, outside every workspace; null: nothing is kept.</param>
public sealed record LoaderOptions(string? CacheFolder)
{
    /// <summary>In <c>$XDG_CACHE_HOME/assistant</c> or <c>~/.cache/assistant</c>, <c>~/Library/Caches/assistant</c>, <c>%LOCALAPPDATA%\assistant</c>.</summary>
    public static LoaderOptions Default { get; } = new(CacheFolder: DefaultCacheFolder());

    /// <summary>Finds the installation of .NET without starting anything.</summary>
    internal Func<DotnetHost?> Dotnet { get; init; } = DotnetHost.Find;

    private static string? DefaultCacheFolder()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var root = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } xdg && Path.IsPathFullyQualified(xdg) ? xdg
            : home.Length == 0 ? ""
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Path.Combine(home, ".cache");
        return root.Length == 0 ? null : Path.Combine(root, "assistant");
    }
}

/// <param name="Folders">The workspace folders' full paths.</param>
/// <param name="Trusted">False: no process is started and nothing of the workspace is executed; the levels end at framework.</param>
/// <param name="OpenPaths">
/// What is open in the editor when it is asked for, for an editor says what is open after it has said which folders; decides which of
/// several solutions is taken.
/// </param>
/// <param name="MayAsk">False: nobody can answer a question, so the likeliest solution is taken.</param>
/// <param name="HighestLevel">Loading ends here.</param>
/// <param name="Solution">The solution or project that the settings name, relative to a folder; null: it is found.</param>
public sealed record LoadRequest(
    ImmutableArray<string> Folders, bool Trusted, Func<ImmutableArray<string>> OpenPaths, bool MayAsk, LoadLevel HighestLevel = LoadLevel.Projects,
    string? Solution = null);
