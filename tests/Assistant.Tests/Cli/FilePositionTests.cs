using Assistant.Cli;

namespace Assistant.Tests.Cli;

public sealed class FilePositionTests
{
    [Theory]
    [InlineData("a.cs:3:5", "a.cs", 3, 5)]
    [InlineData(@"C:\a.cs:3:5", @"C:\a.cs", 3, 5)]
    [InlineData("/x/y:z.cs:1:1", "/x/y:z.cs", 1, 1)]
    public void Line_and_column_are_split_off_from_the_right(string text, string file, int line, int column) =>
        Assert.Equal(new FilePosition(file, line, column), FilePosition.Parse(text));

    [Theory]
    [InlineData("a.cs")]
    [InlineData("a.cs:1")]
    [InlineData("a.cs:0:1")]
    [InlineData("a.cs:1:x")]
    [InlineData(":1:1")]
    [InlineData("a.cs:1:-1")]
    public void Other_text_is_no_position(string text) => Assert.Null(FilePosition.Parse(text));

    [Theory]
    [InlineData("ab\ncd", 2, 3, 5)]
    [InlineData("ab\r\ncd", 1, 3, 2)]
    [InlineData("ab\r\ncd", 2, 1, 4)]
    [InlineData("ab", 1, 4, null)]
    [InlineData("ab", 2, 1, null)]
    public void An_offset_counts_utf16_units(string text, int line, int column, int? offset) =>
        Assert.Equal(offset, new FilePosition("a.cs", line, column).OffsetIn(text));
}
