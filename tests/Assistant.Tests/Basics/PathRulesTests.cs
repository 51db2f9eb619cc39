using Assistant.Basics;

namespace Assistant.Tests.Basics;

public sealed class PathRulesTests
{
    [Theory]
    [InlineData("/ws", "/ws/A.cs", true)]
    [InlineData("/ws/", "/ws/src/A.cs", true)]
    [InlineData("/ws", "/ws2/A.cs", false)]
    [InlineData("/ws", "/WS/A.cs", false)]
    [InlineData("/ws", "/ws", false)]
    [InlineData("/", "/A.cs", true)]
    public void A_folder_holds_the_paths_below_it(string folder, string path, bool holds) => Check(PathRules.OfLinux, folder, path, holds);

    [Theory]
    [InlineData(@"C:\ws", @"c:\WS\A.cs", true)]
    [InlineData(@"C:\", @"C:\A.cs", true)]
    [InlineData(@"C:\ws", @"C:\ws2\A.cs", false)]
    public void On_windows_the_letter_case_does_not_count(string folder, string path, bool holds) =>
        Check(PathRules.OfWindows, folder, path, holds);

    private static void Check(PathRules rules, string folder, string path, bool holds) => Assert.Equal(holds, rules.Holds(folder, path));
}
