using System.Diagnostics;
using Assistant.ModelServers;

namespace Assistant.ModelManagement;

/// <summary>
/// LM Studio's own program <c>lms</c>, if installed. The search covers PATH and LM Studio's folder, never a workspace. <c>lms</c> runs by
/// its full path with a list of arguments, never through a shell.
/// </summary>
internal static class LmsProgram
{
    /// <summary>Searches this machine now.</summary>
    public static string? Find(IReadOnlyDictionary<string, string> variables, IReadOnlyList<string> workspaces) => Find(
        variables.GetValueOrDefault("PATH") ?? "",
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        workspaces,
        OperatingSystem.IsWindows(),
        File.Exists);

    /// <summary>The full path of <c>lms</c>; null if it is not installed.</summary>
    /// <param name="path">The variable PATH. A relative entry is skipped: it would depend on the current folder.</param>
    /// <param name="home">The user's folder.</param>
    /// <param name="workspaces">Folders whose programs are never run.</param>
    public static string? Find(string path, string home, IReadOnlyList<string> workspaces, bool windows, Func<string, bool> exists)
    {
        var name = windows ? "lms.exe" : "lms";
        return path.Split(windows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Append(Path.Combine(home, ".lmstudio", "bin"))
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.GetFullPath(Path.Combine(folder, name)))
            .FirstOrDefault(file => !workspaces.Any(workspace => IsBelow(file, workspace, windows)) && exists(file));
    }

    /// <summary>Runs a program to its end; a cancel kills it and all its child processes.</summary>
    /// <param name="onLine">Called for each line of stdout and stderr, never concurrently.</param>
    /// <returns>The exit code, and the whole stdout.</returns>
    /// <exception cref="ModelServerException">The program cannot be started.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IReadOnlyList<string> arguments, Action<string>? onLine, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments)
        {
            // Not the workspace's folder: a program may read files of its working directory.
            WorkingDirectory = Path.GetDirectoryName(program)!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        // Without it lms draws progress bars.
        start.Environment["NO_COLOR"] = "1";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ModelServerException(
                ModelFault.Refused,
                $"{program} could not be started: {error.Message}",
                "Start LM Studio once, which installs lms, or run its server from its window.",
                error);
        }
        process.StandardInput.Close();
        var output = new List<string>();
        var gate = new Lock();
        var reading = new[] { process.StandardOutput, process.StandardError }.Select(async reader =>
        {
            while (await reader.ReadLineAsync(token) is { } line)
            {
                lock (gate)
                {
                    if (reader == process.StandardOutput)
                    {
                        output.Add(line);
                    }
                    onLine?.Invoke(line);
                }
            }
        });
        try
        {
            await Task.WhenAll(reading);
            await process.WaitForExitAsync(token);
            return (process.ExitCode, string.Join('\n', output));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static bool IsBelow(string file, string folder, bool windows) =>
        file.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar,
            windows ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
}

/// <summary>Runs <c>lms</c> with arguments, a callback for each line and a token; returns the exit code and the output.</summary>
internal delegate Task<(int ExitCode, string Output)> RunLms(
    IReadOnlyList<string> arguments, Action<string>? onLine, CancellationToken token);
