using Assistant.Basics;
using Assistant.Workspace.Documents;

namespace Assistant.Tests.Workspace.Documents;

public sealed class DocumentUriTests
{
    [Theory]
    // VS Code escapes the drive's colon and writes the drive in lower case; other clients do neither.
    [InlineData("file:///c%3A/src/a.cs", @"C:\src\a.cs")]
    [InlineData("file:///C:/src/a.cs", @"C:\src\a.cs")]
    [InlineData("file:///c:/src/a%20b/%C3%BC.cs", @"C:\src\a b\ü.cs")]
    [InlineData("file:/c:/src/a.cs", @"C:\src\a.cs")]
    [InlineData("FILE:///c:/", @"C:\")]
    [InlineData("file:///c:/src/", @"C:\src")]
    [InlineData("file://server/share/a.cs", @"\\server\share\a.cs")]
    [InlineData("file://localhost/c:/a.cs", @"C:\a.cs")]
    [InlineData("file:///c:/a%23b.cs#L3", @"C:\a#b.cs")]
    [InlineData("file:///no/drive.cs", null)]
    public void Windows(string uri, string? path) => Check(PathRules.OfWindows, uri, path);

    [Theory]
    [InlineData("file:///home/me/a.cs", "/home/me/a.cs")]
    [InlineData("file:///home/me/", "/home/me")]
    [InlineData("file:///", "/")]
    [InlineData("file:///home/a%2520b%25.cs", "/home/a%20b%.cs")]
    [InlineData("file:///home/a+b.cs", "/home/a+b.cs")]
    [InlineData("file:///home/%F0%9F%98%80.cs", "/home/😀.cs")]
    [InlineData("file://localhost/home/a.cs", "/home/a.cs")]
    [InlineData("file://server/share/a.cs", null)]
    [InlineData("file://", null)]
    [InlineData("file:///a%00b", null)]
    [InlineData("untitled:Untitled-1", null)]
    [InlineData("git:/home/me/a.cs?ref", null)]
    [InlineData("no uri at all", null)]
    [InlineData("", null)]
    public void Linux(string uri, string? path) => Check(PathRules.OfLinux, uri, path);

    [Theory]
    [InlineData(@"C:\src\a b.cs", "file:///c%3A/src/a%20b.cs")]
    [InlineData(@"\\server\share\ü#.cs", "file://server/share/%C3%BC%23.cs")]
    public void A_Windows_path_is_written_as_VS_Code_writes_it(string path, string uri)
    {
        Assert.Equal(uri, DocumentUri.FromPath(path, PathRules.OfWindows));
        Check(PathRules.OfWindows, uri, path);
    }

    [Theory]
    [InlineData("/home/me/a%20b.cs", "file:///home/me/a%2520b.cs")]
    [InlineData("/home/me/C#/[x](y) z?.cs", "file:///home/me/C%23/%5Bx%5D%28y%29%20z%3F.cs")]
    public void A_path_is_written_as_VS_Code_writes_it(string path, string uri)
    {
        Assert.Equal(uri, DocumentUri.FromPath(path, PathRules.OfLinux));
        Check(PathRules.OfLinux, uri, path);
    }

    [Fact]
    public void Spellings_of_one_document_have_one_key()
    {
        Assert.Equal(Key("file:///c%3A/Src/A.cs"), Key("file:///C:/src/a.cs"));
        Assert.Equal(DocumentUri.Key("file:///Users/me/A.cs", PathRules.OfMac), DocumentUri.Key("file:///users/me/a.CS", PathRules.OfMac));
        Assert.NotEqual(DocumentUri.Key("file:///home/A.cs", PathRules.OfLinux), DocumentUri.Key("file:///home/a.cs", PathRules.OfLinux));
        Assert.NotEqual(Key("untitled:Untitled-1"), Key("untitled:untitled-1"));

        static string Key(string uri) => DocumentUri.Key(uri, PathRules.OfWindows);
    }

    private static void Check(PathRules rules, string uri, string? path) => Assert.Equal(path, DocumentUri.ToPath(uri, rules));
}
