using System.Diagnostics;

namespace Assistant.Workspace;

/// <summary><c>dotnet restore</c>, which runs only when a person has asked for it: it executes the project's own build files.</summary>
public static class PackageRestore
{
    /// <returns>Null where it went well, else the last lines that it said.</returns>
    public static async Task<string?> RunAsync(string path, CancellationToken token)
    {
        var start = new ProcessStartInfo("dotnet", ["restore", path, "--nologo"])
        {
            WorkingDirectory = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Whoever asks for credentials would wait for ever: stdin is the editor's.
            RedirectStandardInput = true,
        };
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return $"dotnet could not be started ({error.Message}).";
        }
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(token);
        var errors = process.StandardError.ReadToEndAsync(token);
        try
        {
            await process.WaitForExitAsync(token);
            var said = await output + await errors;
            return process.ExitCode == 0 ? null : string.Join('\n', said.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(5));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return "it was cancelled.";
        }
    }
}
