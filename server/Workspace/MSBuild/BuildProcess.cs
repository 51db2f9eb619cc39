using System.Diagnostics;

namespace Assistant.Workspace.MSBuild;

/// <summary>Runs a child process and passes on its output line by line; cancelling kills it with all processes that it started.</summary>
internal static class BuildProcess
{
    /// <param name="folder">The child's current directory; a folder of the workspace only if the workspace is trusted.</param>
    /// <param name="lineRead">Called for each line of stdout and stderr, one at a time.</param>
    /// <returns>The exit code; null if the program could not be started.</returns>
    public static async Task<int?> RunAsync(
        string program, IEnumerable<string> arguments, string folder, Action<string> lineRead, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        // Variables of an msbuild that runs this process (dotnet run, dotnet test) would bind the child to its SDK, whatever global.json
        // says.
        foreach (var name in start.Environment.Keys.Where(IsOfSurroundingBuild).ToList())
        {
            start.Environment.Remove(name);
        }
        // No msbuild node keeps running after the build.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        // Some of the SDK's messages have no code and are recognised by their English text.
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        process.StandardInput.Close();
        var gate = new Lock();
        var streams = new[] { process.StandardOutput, process.StandardError }.Select(async reader =>
        {
            while (await reader.ReadLineAsync(token) is { } line)
            {
                lock (gate)
                {
                    lineRead(line);
                }
            }
        });
        try
        {
            await Task.WhenAll(streams);
            await process.WaitForExitAsync(token);
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static bool IsOfSurroundingBuild(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name is "DOTNET_HOST_PATH" or "DOTNET_CLI_CONTEXT_VERBOSE";
}
