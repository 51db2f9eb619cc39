using System.Collections.Immutable;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Status;

namespace Assistant.Workspace.Loading;

/// <param name="CacheFolder">The folder for cached project information, outside of every workspace; null: no cache.</param>
public sealed record LoaderOptions(string? CacheFolder)
{
    /// <summary>
    /// Caches in <c>$XDG_CACHE_HOME/assistant</c> or <c>~/.cache/assistant</c>, <c>~/Library/Caches/assistant</c>,
    /// <c>%LOCALAPPDATA%\assistant</c>.
    /// </summary>
    public static LoaderOptions Default { get; } = new(CacheFolder: DefaultCacheFolder());

    /// <summary>Finds the installation of .NET without starting a process.</summary>
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
/// Returns the files that are open in the editor; they decide between several solutions. A function, since an editor reports open files
/// after the workspace folders.
/// </param>
/// <param name="MayAsk">False: no user can answer a question, so the most likely solution is loaded.</param>
/// <param name="HighestLevel">Loading ends here.</param>
/// <param name="Solution">The solution or project that the settings name, relative to a folder; null: the loader finds one.</param>
public sealed record LoadRequest(
    ImmutableArray<string> Folders,
    bool Trusted,
    Func<ImmutableArray<string>> OpenPaths,
    bool MayAsk,
    LoadLevel HighestLevel = LoadLevel.Projects,
    string? Solution = null);
