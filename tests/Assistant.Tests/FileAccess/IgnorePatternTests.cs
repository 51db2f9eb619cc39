using System.Text;
using Assistant.FileAccess;

namespace Assistant.Tests.FileAccess;

/// <summary>
/// The sentences of gitignore(5) as a table: line, path, whether the line matches the path itself. A path of a folder ends with a slash.
/// </summary>
public sealed class IgnorePatternTests
{
    [Theory]
    // A blank line matches no files; a # at the start makes a comment; \# is a file that begins with it.
    [InlineData("", "a", false)]
    [InlineData("# a", "# a", false)]
    [InlineData("\\#a", "#a", true)]
    [InlineData("\\!a", "!a", true)]
    // Trailing blanks are left out unless a backslash quotes them; leading ones are not.
    [InlineData("a  ", "a", true)]
    [InlineData("a\\ ", "a ", true)]
    [InlineData("a\\ ", "a", false)]
    [InlineData(" a", "a", false)]
    // A slash at the beginning or in the middle: relative to the ignore file's folder. Else at any level below.
    [InlineData("/a", "a", true)]
    [InlineData("/a", "b/a", false)]
    [InlineData("doc/a", "doc/a", true)]
    [InlineData("doc/a", "x/doc/a", false)]
    [InlineData("a", "x/y/a", true)]
    // A slash at the end: folders only.
    [InlineData("a/", "a", false)]
    [InlineData("a/", "a/", true)]
    [InlineData("a/", "x/a/", true)]
    [InlineData("doc/a/", "x/doc/a/", false)]
    // * matches anything but a slash, ? one such character, [a-z] one of a range.
    [InlineData("*.cs", "x/b.cs", true)]
    [InlineData("foo/*", "foo/test.json", true)]
    [InlineData("foo/*", "foo/bar/hello.c", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("x/a?c", "x/a/c", false)]
    [InlineData("[a-c].cs", "b.cs", true)]
    [InlineData("[a-c].cs", "d.cs", false)]
    [InlineData("[!a-c].cs", "d.cs", true)]
    [InlineData("[^a-c].cs", "b.cs", false)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[a", "[a", false)]
    [InlineData("[[:digit:]]x", "7x", true)]
    [InlineData("[[:nothing:]]x", "7x", false)]
    [InlineData("a\\*", "a*", true)]
    [InlineData("a\\*", "ab", false)]
    [InlineData("a\\", "a", false)]
    // A leading **/: in all folders.
    [InlineData("**/foo", "foo", true)]
    [InlineData("**/foo", "x/y/foo", true)]
    [InlineData("**/foo/bar", "x/foo/bar", true)]
    // A trailing /**: everything inside.
    [InlineData("abc/**", "abc/x/y", true)]
    [InlineData("abc/**", "abc/", false)]
    // /**/: zero or more folders.
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "a/xb", false)]
    // Other consecutive asterisks are regular asterisks.
    [InlineData("x*/a**b", "x1/acccb", true)]
    [InlineData("x*/a**b", "x1/a/b", false)]
    [InlineData("A", "a", false)]
    public void Line(string line, string path, bool matches) => Assert.Equal(matches, Matches(line, path, foldsCase: false));

    [Theory]
    [InlineData("BIN/", "bin/", true)]
    [InlineData("[A-C]x", "bX", true)]
    [InlineData("*.CS", "a.cs", true)]
    public void The_letter_case_counts_as_the_system_compares_it(string line, string path, bool matches) =>
        Assert.Equal(matches, Matches(line, path, foldsCase: true));

    [Fact]
    public void A_pattern_of_many_stars_is_matched_fast()
    {
        var line = string.Concat(Enumerable.Repeat("*a", 200)) + "b";
        Assert.False(Matches(line, new string('a', 4_000), foldsCase: false));
    }

    private static bool Matches(string line, string path, bool foldsCase) =>
        IgnorePattern.Parse(Encoding.UTF8.GetBytes(line), foldsCase) is { } pattern
        && pattern.Matches(Encoding.UTF8.GetBytes(path.TrimEnd('/')), isFolder: path.EndsWith('/'));
}
