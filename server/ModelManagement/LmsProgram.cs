using System.Diagnostics;
using Assistant.ModelServers;

namespace Assistant.ModelManagement;

/// <summary>
/// LM Studio's own <c>lms</c>, where it is installed. It is looked for on PATH and in LM Studio's folder, never in a workspace, and is
/// run by its full path with a list of arguments, never through a shell.
/// </summary>
internal static class LmsProgram
{
    /// <summary>On this machine, as it is now.</summary>
    public static string? Find(IReadOnlyDictionary<string, string> variables, IReadOnlyList<string> workspaces) => Find(
        variables.GetValueOrDefault("PATH") ?? "",
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        workspaces,
        OperatingSystem.IsWindows(),
        File.Exists);

    /// <summary>The full path of <c>lms</c>; null where there is none.</summary>
    /// <param name="path">The variable PATH. What is no full path in it is left out: it would depend on the folder that we run in.</param>
    /// <param name="home">The user's folder.</param>
    /// <param name="workspaces">Folders that nothing is run from.</param>
    public static string? Find(string path, string home, IReadOnlyList<string> workspaces, bool windows, Func<string, bool> exists)
    {
        var name = windows ? "lms.exe" : "lms";
        return path.Split(windows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Append(Path.Combine(home, ".lmstudio", "bin"))
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.GetFullPath(Path.Combine(folder, name)))
            .FirstOrDefault(file => !workspaces.Any(workspace => IsBelow(file, workspace, windows)) && exists(file));
    }

    /// <summary>Runs a program to its end; a cancel ends it with all that it started.</summary>
    /// <param name="heard">Called for each line that it writes, one at a time.</param>
    /// <returns>The exit code, and all that it wrote to stdout.</returns>
    /// <exception cref="ModelServerException">It cannot be started.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IReadOnlyList<string> arguments, Action<string>? heard, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments)
        {
            // Not the workspace's: a program may look around where it stands.
            WorkingDirectory = Path.GetDirectoryName(program)!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        // It draws bars otherwise.
        start.Environment["NO_COLOR"] = "1";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ModelServerException(ModelFault.Refused, $"{program} could not be started: {error.Message}", "Start LM Studio once, which installs lms, or run its server from its window.", error);
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
                    heard?.Invoke(line);
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

/// <summary>Runs <c>lms</c>: its arguments, who hears its lines, the token; the exit code and its output.</summary>
internal delegate Task<(int ExitCode, string Output)> RunLms(IReadOnlyList<string> arguments, Action<string>? heard, CancellationToken token);
