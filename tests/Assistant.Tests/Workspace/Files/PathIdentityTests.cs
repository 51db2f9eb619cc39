using Assistant.Basics;
using Assistant.Workspace.Files;

namespace Assistant.Tests.Workspace.Files;

public sealed class PathIdentityTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("identity").FullName;

    [Fact]
    public void A_link_has_the_identity_of_its_target()
    {
        var real = Directory.CreateDirectory(Path.Combine(root, "real", "deep")).FullName;
        var file = Path.Combine(real, "A.cs");
        File.WriteAllText(file, "");
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), Path.Combine(root, "real"));
        File.CreateSymbolicLink(Path.Combine(root, "B.cs"), Path.Combine("link", "deep", "A.cs"));

        Check(file, Path.Combine(root, "link", "deep", "A.cs"));
        Check(file, Path.Combine(root, "B.cs"));
        Check(file, Path.Combine(root, "real", "..", "link", "deep", ".", "A.cs"));
    }

    [Fact]
    public void A_missing_file_is_below_the_real_folder()
    {
        Directory.CreateDirectory(Path.Combine(root, "real"));
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), Path.Combine(root, "real"));
        Check(Path.Combine(root, "real", "new", "A.cs"), Path.Combine(root, "link", "new", "A.cs"));
    }

    [Fact]
    public void Circular_links_are_no_endless_loop()
    {
        Directory.CreateSymbolicLink(Path.Combine(root, "a"), Path.Combine(root, "b"));
        Directory.CreateSymbolicLink(Path.Combine(root, "b"), Path.Combine(root, "a"));
        Assert.EndsWith("A.cs", new PathIdentity(PathRules.OfLinux).Real(Path.Combine(root, "a", "A.cs")));
    }

    [Fact]
    public void Mac_and_Windows_ignore_the_letter_case()
    {
        var identity = new PathIdentity(PathRules.OfMac);
        Assert.Equal(identity.Of(Path.Combine(root, "Src", "A.cs")), identity.Of(Path.Combine(root, "src", "a.CS")));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private static void Check(string real, string path)
    {
        var identity = new PathIdentity(PathRules.Current);
        Assert.Equal(identity.Of(real), identity.Of(path));
        Assert.EndsWith(Path.GetFileName(real), identity.Real(path));
    }
}
