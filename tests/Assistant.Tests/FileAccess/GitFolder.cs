using System.Diagnostics;
using System.Text;

namespace Assistant.Tests.FileAccess;

/// <summary>A temporary folder with a git repository. Git itself decides which paths are ignored.</summary>
internal sealed class GitFolder : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public GitFolder()
    {
        Run("", "init", "--quiet", Root);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("ignored-").FullName;

    public void Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text, Utf8);
    }

    /// <summary>The paths that <c>git check-ignore</c> prints.</summary>
    public HashSet<string> Ignored(IEnumerable<string> paths) =>
        [.. Run(string.Concat(paths.Select(path => path + "\0")), "-C", Root, "check-ignore", "--no-index", "-z", "--stdin")
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)];

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException("These tests compare with git, which does not start. Install it.", exception);
        }
    }

    private static string Run(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
        };
        // The product does not read the user's own rules.
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["XDG_CONFIG_HOME"] = Path.GetTempPath() + "no-git-config";
        using var git = Start(start);
        git.StandardInput.Write(input);
        git.StandardInput.Close();
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        // 1: none of the paths is ignored.
        Assert.InRange(git.ExitCode, 0, 1);
        return output;
    }
}
