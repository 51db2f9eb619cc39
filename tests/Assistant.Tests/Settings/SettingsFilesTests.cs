using System.Diagnostics;
using Assistant.Cli;
using Assistant.Settings;

namespace Assistant.Tests.Settings;

/// <summary>
/// Other files, folders and devices at the path of a settings file: the user's, the workspace's, or the one that <c>--settings</c> names.
/// </summary>
public sealed class SettingsFilesTests : IDisposable
{
    private const string Pipe = "It is a pipe or a device.";

    private readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("settings-");

    private string File => Path.Combine(temporary.FullName, SettingsSources.FileName);

    public void Dispose() => temporary.Delete(recursive: true);

    /// <summary>
    /// The cases for this system: Windows has no such pipes, only Linux has links to no path, and root may read all files.
    /// </summary>
    public static TheoryData<string, string> Unusable
    {
        get
        {
            TheoryData<string, string> all = new() { { "folder", "It is a folder." }, { "huge", "is 1.5 MB long; up to 1 MB are read." } };
            if (!OperatingSystem.IsWindows())
            {
                all.Add("link to a device", Pipe);
                all.Add("pipe", Pipe);
            }
            if (OperatingSystem.IsLinux())
            {
                all.Add("link to no path", Pipe);
            }
            if (!OperatingSystem.IsWindows() && Environment.UserName != "root")
            {
                all.Add("unreadable", "denied");
            }
            return all;
        }
    }

    [Theory, MemberData(nameof(Unusable))]
    public async Task A_path_that_is_no_settings_file_is_reported_and_does_not_block(string what, string cause)
    {
        Make(what);
        var read = await Task.Run(() => SettingsFiles.ReadWorkspace(temporary.FullName), TestContext.Current.CancellationToken)
            .WaitAsync(Guard, TimeProvider.System, TestContext.Current.CancellationToken);
        var problem = Assert.Single(read!.Problems);
        Assert.StartsWith($"{File} could not be read: ", problem);
        Assert.Contains(cause, problem);
        Assert.Contains("a readable JSON file of at most 1 MB", problem);
        Assert.EndsWith("These settings have no effect until then.", problem);
        // A session reads the file again when it starts watching it, which must not give a second message.
        Assert.Equal(read.Problems, SettingsFiles.ReadWorkspace(temporary.FullName, read)!.Problems);
    }

    [Theory, MemberData(nameof(Unusable))]
    public async Task A_path_on_the_command_line_that_is_no_settings_file_is_a_usage_error(string what, string cause)
    {
        Make(what);
        using var error = new StringWriter();
        var surroundings = new Surroundings(
            new Dictionary<string, string>(), temporary.FullName, TextWriter.Null, error, TimeProvider.System);
        var running = Task.Run(() => new CommandLine(new Composition(surroundings)).RunAsync(
            ["models", "--settings", SettingsSources.FileName], TestContext.Current.CancellationToken));
        Assert.Equal(2, await running.WaitAsync(Guard, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Contains($"--settings: {File} could not be read: ", error.ToString());
        Assert.Contains(cause, error.ToString());
    }

    [Fact]
    public void The_settings_from_before_stay_while_the_file_cannot_be_read()
    {
        System.IO.File.WriteAllText(File, """{"completion":{"maxLines":3}}""");
        var before = SettingsFiles.ReadWorkspace(temporary.FullName);
        System.IO.File.Delete(File);
        Make("folder");
        var after = SettingsFiles.ReadWorkspace(temporary.FullName, before);
        Assert.Equal(3, after?.Completion?.MaxLines);
        Assert.EndsWith("The settings from before stay until then.", Assert.Single(after!.Problems));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public void An_empty_file_has_no_settings_and_no_problems(string text)
    {
        System.IO.File.WriteAllText(File, text);
        Assert.Empty(SettingsFiles.ReadWorkspace(temporary.FullName)!.Problems);
        Assert.Null(SettingsFiles.Problem(File));
    }

    [Fact]
    public void A_missing_file_has_no_settings()
    {
        Assert.Null(SettingsFiles.ReadWorkspace(temporary.FullName));
        Assert.Contains("There is no such file.", SettingsFiles.Problem(File));
    }

    private static TimeSpan Guard => TimeSpan.FromSeconds(30);

    private void Make(string what)
    {
        switch (what)
        {
            case "link to a device":
                System.IO.File.CreateSymbolicLink(File, "/dev/zero");
                break;
            case "pipe":
                using (var made = Process.Start("mkfifo", [File]))
                {
                    made.WaitForExit();
                }
                break;
            case "link to no path":
                // Standard input is a pipe or a device, as a shell's <(…) is.
                System.IO.File.CreateSymbolicLink(File, "/proc/self/fd/0");
                break;
            case "folder":
                Directory.CreateDirectory(File);
                break;
            case "huge":
                using (var huge = System.IO.File.Create(File))
                {
                    huge.SetLength(3 << 19);
                }
                break;
            case "unreadable" when !OperatingSystem.IsWindows():
                System.IO.File.WriteAllText(File, "{}");
                System.IO.File.SetUnixFileMode(File, UnixFileMode.None);
                break;
        }
    }
}
