using Assistant.Patterns;
using Assistant.Settings;
using Assistant.Workspace.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Workspace.Files;

public sealed class SourceFilesTests
{
    [Fact]
    public void Output_folders_tools_and_generated_files_are_left_out() => Check(
        there: "A.cs src/B.cs src/Deep/Artifacts/C.cs bin/D.cs src/obj/E.cs .git/F.cs node_modules/m/G.cs artifacts/H.cs A.g.cs "
            + "Form.Designer.cs A.txt .vs/I.cs",
        found: "A.cs src/B.cs src/Deep/Artifacts/C.cs");

    [Fact]
    public void Folders_that_gitignore_names_plainly_are_left_out() => Check(
        there: "A.cs out/B.cs build/tmp/C.cs build/D.cs keep/E.cs src/out/F.cs",
        found: "A.cs build/D.cs keep/E.cs src/out/F.cs",
        gitignore: "/out/\nbuild/tmp/\n/keep/\n!/keep/\n*.log\n");

    [Fact]
    public void A_link_to_a_folder_is_not_followed()
    {
        using var folder = new WorkspaceFolder();
        folder.Write("src/A.cs");
        Directory.CreateSymbolicLink(folder.At("src/again"), folder.At("src"));
        Assert.Equal([folder.At("src/A.cs")], SourceFiles.In(folder.Root));
    }

    [Fact]
    public async Task A_pipe_or_a_device_with_a_source_name_does_not_block()
    {
        if (OperatingSystem.IsWindows())
        {
            // Windows folders hold neither pipes nor devices.
            return;
        }
        using var folder = new WorkspaceFolder();
        File.CreateSymbolicLink(folder.At("Endless.cs"), "/dev/zero");
        File.CreateSymbolicLink(folder.At("Gone.cs"), "/nowhere/Gone.cs");
        folder.Write("A.cs", "class A;");
        using var pipe = System.Diagnostics.Process.Start(
            "mkfifo", [folder.At("Pipe.cs"), folder.At("assistant.json"), folder.At(".gitignore"), folder.At("Pipe.csproj")]);
        await pipe.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, pipe.ExitCode);

        var index = new PatternIndex();
        await using var feed = new PatternFeed(index, NullLogger.Instance);
        feed.PostFiles(SourceFiles.In(folder.Root));
        await feed.Idle.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(new SettingsDocument().Completion, SettingsFiles.ReadWorkspace(folder.Root)!.Completion);
    }

    [Fact]
    public void A_missing_folder_has_no_files() => Assert.Empty(SourceFiles.In(Path.Combine(Path.GetTempPath(), "no such folder")));

    [Theory]
    [InlineData("/ws", "/ws/src/A.cs", true)]
    [InlineData("/ws", "/ws/obj/A.cs", false)]
    [InlineData("/ws", "/ws/a/.git/A.cs", false)]
    [InlineData("/ws/obj/x", "/ws/obj/x/A.cs", true)]
    [InlineData("/ws", "/wsx/A.cs", false)]
    [InlineData("/ws", "/other/A.cs", false)]
    public void A_path_may_hold_source(string folder, string path, bool may) =>
        Assert.Equal(may, SourceFiles.MayHoldSource(folder, path));

    private static void Check(string there, string found, string? gitignore = null)
    {
        using var folder = new WorkspaceFolder();
        foreach (var path in there.Split(' '))
        {
            folder.Write(path);
        }
        if (gitignore is not null)
        {
            folder.Write(".gitignore", gitignore);
        }
        Assert.Equal(
            found.Split(' '),
            SourceFiles.In(folder.Root)
                .Select(path => Path.GetRelativePath(folder.Root, path).Replace('\\', '/'))
                .Order(StringComparer.Ordinal));
    }
}
