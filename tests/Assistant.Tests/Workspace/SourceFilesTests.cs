using Assistant.Workspace;

namespace Assistant.Tests.Workspace;

public sealed class SourceFilesTests
{
    [Fact]
    public void Output_tools_and_generated_files_are_left_out() => Check(
        there: "A.cs src/B.cs src/Deep/Artifacts/C.cs bin/D.cs src/obj/E.cs .git/F.cs node_modules/m/G.cs artifacts/H.cs A.g.cs Form.Designer.cs A.txt .vs/I.cs",
        found: "A.cs src/B.cs src/Deep/Artifacts/C.cs");

    [Fact]
    public void Plain_folders_of_the_gitignore_are_left_out() => Check(
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
    public void A_folder_that_does_not_exist_has_none() => Assert.Empty(SourceFiles.In(Path.Combine(Path.GetTempPath(), "no such folder")));

    [Theory]
    [InlineData("/ws", "/ws/src/A.cs", true)]
    [InlineData("/ws", "/ws/obj/A.cs", false)]
    [InlineData("/ws", "/ws/a/.git/A.cs", false)]
    [InlineData("/ws/obj/x", "/ws/obj/x/A.cs", true)]
    [InlineData("/ws", "/wsx/A.cs", false)]
    [InlineData("/ws", "/other/A.cs", false)]
    public void Whether_a_path_may_hold_source(string folder, string path, bool may) => Assert.Equal(may, SourceFiles.MayHoldSource(folder, path));

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
        Assert.Equal(found.Split(' '), SourceFiles.In(folder.Root).Select(path => Path.GetRelativePath(folder.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal));
    }
}
