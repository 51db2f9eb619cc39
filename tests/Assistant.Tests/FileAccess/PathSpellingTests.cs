using Assistant.Basics;
using Assistant.FileAccess;

namespace Assistant.Tests.FileAccess;

public sealed class PathSpellingTests
{
    [Theory]
    [InlineData(@"C:\w\a.cs", true)]
    [InlineData(@"c:/w/src/a.b.cs", true)]
    [InlineData(@"C:\w\..\a.cs", true)]
    [InlineData(@"\\server\share\w\a.cs", true)]
    [InlineData(@"w\a.cs", false)]
    [InlineData(@"C:a.cs", false)]
    [InlineData(@"\w\a.cs", false)]
    [InlineData(@"\\?\C:\w\a.cs", false)]
    [InlineData(@"\\.\C:\w\a.cs", false)]
    [InlineData(@"//?/UNC/server/share/a.cs", false)]
    [InlineData(@"\??\C:\w\a.cs", false)]
    [InlineData(@"C:\w\a.cs:stream", false)]
    [InlineData(@"C:\w\appsettings.json::$DATA", false)]
    [InlineData(@"C:\w\secrets.json.", false)]
    [InlineData(@"C:\w\secrets.json ", false)]
    [InlineData(@"C:\w\obj .\a.cs", false)]
    [InlineData(@"C:\w\nul", false)]
    [InlineData(@"C:\w\COM1.cs", false)]
    [InlineData(@"C:\w\console.cs", true)]
    [InlineData(@"C:\w\APPSET~1.JSO", false)]
    [InlineData(@"C:\w\a~b.cs", true)]
    [InlineData("C:\\w\\a\n.cs", false)]
    public void Windows(string path, bool plain) => Check(PathRules.OfWindows, path, plain);

    [Theory]
    [InlineData("/w/a.cs", true)]
    [InlineData("/w/a.cs:stream", true)]
    [InlineData("/w/a.", true)]
    [InlineData("w/a.cs", false)]
    [InlineData("../a.cs", false)]
    [InlineData("", false)]
    [InlineData("/w/a\0.cs", false)]
    public void Linux(string path, bool plain) => Check(PathRules.OfLinux, path, plain);

    [Fact]
    public void A_short_name_is_allowed_where_the_workspace_folder_has_it()
    {
        const string Folder = @"C:\Users\RUNNER~1\w";
        Assert.Null(PathSpelling.Problem(Folder + @"\a.cs", PathRules.OfWindows, Folder.Length));
        Assert.NotNull(PathSpelling.Problem(Folder + @"\SECRET~1.JSO", PathRules.OfWindows, Folder.Length));
    }

    private static void Check(PathRules rules, string path, bool plain) => Assert.Equal(plain, PathSpelling.Problem(path, rules) is null);
}
