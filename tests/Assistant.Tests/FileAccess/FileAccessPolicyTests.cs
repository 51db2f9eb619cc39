using Assistant.FileAccess;
using Assistant.Settings;

namespace Assistant.Tests.FileAccess;

/// <summary>A workspace <c>ws</c> beside a folder <c>beside</c>; paths are relative to the workspace.</summary>
public sealed class FileAccessPolicyTests : IDisposable
{
    private readonly string root = RealPath.Of(Directory.CreateTempSubdirectory("access-").FullName)!;
    private FileAccessPolicy policy;

    public FileAccessPolicyTests()
    {
        Directory.CreateDirectory(Path.Combine(root, "ws", ".git"));
        policy = PolicyOf();
    }

    private string Workspace => Path.Combine(root, "ws");

    [Theory]
    [InlineData("src/A.cs", null, null, null)]
    [InlineData("docs/readme.md", null, null, null)]
    [InlineData("appsettings.json", FileDenial.Secret, FileDenial.Secret, FileDenial.Secret)]
    [InlineData("App/AppSettings.Production.JSON", FileDenial.Secret, FileDenial.Secret, FileDenial.Secret)]
    [InlineData("secrets.json", FileDenial.Secret, FileDenial.Secret, FileDenial.Secret)]
    [InlineData(".env", FileDenial.Secret, FileDenial.Secret, FileDenial.Secret)]
    [InlineData(".env.local", FileDenial.Secret, FileDenial.Secret, FileDenial.Secret)]
    [InlineData("cert/site.pfx", FileDenial.Secret, FileDenial.Secret, FileDenial.Secret)]
    [InlineData("cert/site.PEM", FileDenial.Secret, FileDenial.Secret, FileDenial.Secret)]
    [InlineData("key.snk", FileDenial.Secret, FileDenial.Secret, FileDenial.Secret)]
    [InlineData("id_rsa", FileDenial.Secret, FileDenial.Secret, FileDenial.Secret)]
    [InlineData(".npmrc", FileDenial.Secret, FileDenial.Secret, FileDenial.Secret)]
    [InlineData(".ssh/config", FileDenial.Secret, FileDenial.Secret, FileDenial.Secret)]
    [InlineData(".envReader.cs", null, FileDenial.Secret, FileDenial.Secret)]
    [InlineData("obj/Debug/A.g.cs", null, FileDenial.NotSource, FileDenial.NotSource)]
    [InlineData("App/Bin/A.cs", null, FileDenial.NotSource, FileDenial.NotSource)]
    [InlineData("App/bin", null, null, null)]
    [InlineData("App/bin/bin", FileDenial.NotSource, FileDenial.NotSource, FileDenial.NotSource)]
    [InlineData(".git/config", FileDenial.NotSource, FileDenial.NotSource, FileDenial.NotSource)]
    [InlineData(".git", FileDenial.NotSource, FileDenial.NotSource, FileDenial.NotSource)]
    [InlineData(".vs/settings.xml", FileDenial.NotSource, FileDenial.NotSource, FileDenial.NotSource)]
    [InlineData("generated/A.cs", FileDenial.Excluded, FileDenial.Excluded, FileDenial.Excluded)]
    [InlineData("Generated/A.CS", FileDenial.Excluded, FileDenial.Excluded, FileDenial.Excluded)]
    [InlineData("src/../generated/A.cs", FileDenial.Excluded, FileDenial.Excluded, FileDenial.Excluded)]
    [InlineData("ignored/A.cs", null, FileDenial.Ignored, FileDenial.Ignored)]
    [InlineData("../beside/A.cs", null, FileDenial.OutsideWorkspace, FileDenial.OutsideWorkspace)]
    [InlineData("../ws-2/A.cs", null, FileDenial.OutsideWorkspace, FileDenial.OutsideWorkspace)]
    public void A_file(string path, FileDenial? open, FileDenial? context, FileDenial? write)
    {
        Write(".gitignore", "ignored/");
        policy = PolicyOf("generated/**");
        Assert.Equal((open, context, write), Denials(Path.Combine(Workspace, path)));
    }

    [Fact]
    public void A_denial_names_cause_and_remedy()
    {
        foreach (var path in (string[])["appsettings.json", "obj/A.cs", "../beside/A.cs", ""])
        {
            var verdict = policy.Check(Path.Combine(Workspace, path), FileUse.Write);
            Assert.False(verdict.Allowed);
            Assert.True(verdict.Message.Split(". ").Length > 1 && verdict.Message.EndsWith('.'), verdict.Message);
        }
        Assert.Equal(
            "The file is excluded (assistant.completion.excludedFiles).",
            PolicyOf("*.cs").Check(Path.Combine(Workspace, "A.cs"), FileUse.OpenDocument).Message);
    }

    [Fact]
    public void A_nuget_config_is_secret_where_it_has_credentials()
    {
        Write("NuGet.Config", "<configuration><packageSources/></configuration>");
        Assert.Equal((null, null, null), Denials(Path.Combine(Workspace, "NuGet.Config")));
        Write("NuGet.Config", "<configuration><packageSourceCredentials/></configuration>");
        Assert.Equal((FileDenial.Secret, FileDenial.Secret, FileDenial.Secret), Denials(Path.Combine(Workspace, "NuGet.Config")));
    }

    [Fact]
    public void A_link_is_judged_by_its_target()
    {
        Write("../beside/A.cs", "");
        Write("secrets.json", "{}");
        Write("src/A.cs", "");
        Link("out.cs", "../beside/A.cs");
        Link("outFolder", "../beside");
        Link("innocent.txt", "secrets.json");
        Link("inside.cs", "src/A.cs");
        Link("circle.cs", "circle.cs");
        Link("new.cs", "../beside/not-there.cs");
        // The text of this target stays inside; the system follows the link in it first.
        Write("../beside/deep/x", "");
        Link("deep", "../beside/deep");
        Link("escape.cs", "deep/../A.cs");
        Assert.Equal((null, FileDenial.Link, FileDenial.Link), Denials("out.cs"));
        Assert.Equal((null, FileDenial.Link, FileDenial.Link), Denials("outFolder/A.cs"));
        Assert.Equal((FileDenial.Secret, FileDenial.Secret, FileDenial.Secret), Denials("innocent.txt"));
        Assert.Equal((null, null, null), Denials("inside.cs"));
        Assert.Equal((null, FileDenial.Link, FileDenial.Link), Denials("circle.cs"));
        Assert.Equal((null, FileDenial.Link, FileDenial.Link), Denials("new.cs"));
        Assert.Equal((null, FileDenial.Link, FileDenial.Link), Denials("escape.cs"));
        Assert.Equal(Path.Combine(Workspace, "A.cs"), policy.Check(Path.Combine(Workspace, "deep", "..", "A.cs"), FileUse.Context).Path);
        Assert.Equal(Path.Combine(Workspace, "src", "A.cs"), policy.Check(Path.Combine(Workspace, "inside.cs"), FileUse.Context).Path);
    }

    [Fact]
    public void A_workspace_folder_may_be_a_link_itself()
    {
        Directory.CreateSymbolicLink(Path.Combine(root, "linked"), Workspace);
        policy = FileAccessPolicy.Of(SettingsOf("generated/**"), [Path.Combine(root, "linked")]);
        Assert.Equal((null, null, null), Denials(Path.Combine(root, "linked", "A.cs")));
        Assert.Equal((null, null, null), Denials(Path.Combine(Workspace, "A.cs")));
        Assert.Equal(FileDenial.Excluded, policy.Check(Path.Combine(Workspace, "generated", "A.cs"), FileUse.OpenDocument).Denial);
    }

    [Fact]
    public void A_file_that_the_solution_names_is_context_though_it_lies_outside()
    {
        Write("../beside/A.cs", "");
        Write("../beside/private.txt", "");
        Link("globbed.cs", "../beside/private.txt");
        var path = Path.Combine(root, "beside", "A.cs");
        policy = policy.WithLinkedFiles([path, Path.Combine(root, "beside", "appsettings.json"), Path.Combine(Workspace, "globbed.cs")]);
        Assert.Equal((null, null, FileDenial.OutsideWorkspace), Denials(path));
        Assert.Equal(FileDenial.Secret, policy.Check(Path.Combine(root, "beside", "appsettings.json"), FileUse.Context).Denial);
        Assert.Equal(FileDenial.Link, policy.Check(Path.Combine(Workspace, "globbed.cs"), FileUse.Context).Denial);
        Assert.True(policy.With(AssistantSettings.Defaults, [Workspace]).Check(path, FileUse.Context).Allowed);
    }

    [Theory]
    [InlineData("relative/A.cs", FileDenial.UnsafePath)]
    [InlineData("/w/a\n.cs", FileDenial.UnsafePath)]
    [InlineData("untitled:Untitled-1", null)]
    [InlineData("git:/ws/src/A.cs", null)]
    [InlineData("git:/ws/appsettings.json", FileDenial.Secret)]
    [InlineData("untitled:generated/A.cs", FileDenial.Excluded)]
    public void An_open_document_without_a_plain_path(string path, FileDenial? denial)
    {
        policy = PolicyOf("**/A.cs", "A.cs");
        policy = denial is FileDenial.Excluded ? policy : PolicyOf();
        Assert.Equal(denial, policy.Check(path, FileUse.OpenDocument).Denial);
        Assert.False(policy.Check(path, FileUse.Context).Allowed);
    }

    [Fact]
    public void A_file_outside_of_all_folders_is_excluded_from_its_own_folder_on()
    {
        policy = FileAccessPolicy.Of(SettingsOf("A.cs"), []);
        Assert.Equal(FileDenial.Excluded, policy.Check("/elsewhere/A.cs", FileUse.OpenDocument).Denial);
        Assert.Equal(FileDenial.Excluded, policy.Check("/A.cs", FileUse.OpenDocument).Denial);
        Assert.True(policy.Check("/elsewhere/B.cs", FileUse.OpenDocument).Allowed);
    }

    [Fact]
    public void Text_is_admitted_only_with_its_file()
    {
        var admitted = policy.Admit(Path.Combine(Workspace, "A.cs"), "class A;", FileUse.Context);
        Assert.Equal(("class A;", FileUse.Context), (admitted.Text?.Text, admitted.Text?.Use));
        Assert.Null(policy.Admit(Path.Combine(Workspace, "secrets.json"), "{}", FileUse.Context).Text);
    }

    [Fact]
    public void A_file_is_read_for_a_prompt()
    {
        Write("A.cs", "class A;");
        Write("data.bin", "a\0b");
        Directory.CreateDirectory(Path.Combine(Workspace, "folder"));
        Assert.Equal(("class A;", null), Read("A.cs"));
        Assert.Equal((null, FileDenial.NotText), Read("data.bin"));
        Assert.Equal((null, FileDenial.NotAFile), Read("folder"));
        Assert.Equal((null, FileDenial.Unreadable), Read("missing.cs"));
        Assert.Equal((null, FileDenial.Secret), Read("secrets.json"));

        (string?, FileDenial?) Read(string path) =>
            policy.Read(Path.Combine(Workspace, path)) is var read ? (read.Text?.Text, read.Verdict.Denial) : default;
    }

    [Fact]
    public void An_ignore_file_that_cannot_be_read_denies()
    {
        Write(".gitignore", new string('#', 2 << 20));
        Assert.Equal(FileDenial.Unreadable, policy.Check(Path.Combine(Workspace, "A.cs"), FileUse.Context).Denial);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private (FileDenial?, FileDenial?, FileDenial?) Denials(string path) => (
        policy.Check(Path.Combine(Workspace, path), FileUse.OpenDocument).Denial,
        policy.Check(Path.Combine(Workspace, path), FileUse.Context).Denial,
        policy.Check(Path.Combine(Workspace, path), FileUse.Write).Denial);

    private FileAccessPolicy PolicyOf(params string[] excluded) => FileAccessPolicy.Of(SettingsOf(excluded), [Workspace]);

    private static AssistantSettings SettingsOf(params string[] excluded) =>
        AssistantSettings.Defaults with { Completion = AssistantSettings.Defaults.Completion with { ExcludedFiles = excluded } };

    private void Write(string path, string text)
    {
        var full = Path.GetFullPath(Path.Combine(Workspace, path));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private void Link(string path, string target) => File.CreateSymbolicLink(Path.Combine(Workspace, path), target);
}
