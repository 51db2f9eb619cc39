using Assistant.Workspace.Documents;
using Microsoft.CodeAnalysis.Text;

namespace Assistant.Tests.Workspace.Documents;

public sealed class PositionMapTests
{
    [Theory]
    [InlineData("ab$$c", 0, 2)]
    [InlineData("a\nb$$", 1, 1)]
    [InlineData("a\r\n$$b", 1, 0)]
    [InlineData("a$$\r\nb", 0, 1)]
    [InlineData("a\r$$b", 1, 0)]
    [InlineData("a\n\r$$b", 2, 0)]
    [InlineData("a\r\r\n$$b", 2, 0)]
    [InlineData("a\r\nb\nc\rd$$", 3, 1)]
    [InlineData("a\n$$", 1, 0)]
    [InlineData("$$", 0, 0)]
    // A character outside the basic plane counts two units.
    [InlineData("😀$$", 0, 2)]
    [InlineData("// 😀😀\nx😀y$$", 1, 4)]
    // Roslyn breaks lines at these, LSP does not.
    [InlineData("a\u2028b\u0085c\u2029$$\nd", 0, 6)]
    [InlineData("a\u2028b\r\nc\rd\n\re$$", 4, 1)]
    // A byte order mark from the client is a character of the text.
    [InlineData("\uFEFFa$$", 0, 2)]
    public void A_position_and_its_offset(string marked, int line, int character)
    {
        var offset = marked.IndexOf("$$", StringComparison.Ordinal);
        var map = PositionMap.Of(SourceText.From(marked.Replace("$$", "")));
        Assert.Equal(offset, map.OffsetOf(line, character));
        Assert.Equal(new LinePosition(line, character), map.PositionOf(offset));
    }

    [Theory]
    [InlineData("ab$$\r\ncd", 0, 3)]
    [InlineData("ab$$\r\ncd", 0, int.MaxValue)]
    [InlineData("ab\u2028$$\r\ncd", 0, 99)]
    [InlineData("ab\ncd$$", 1, 99)]
    public void A_character_beyond_the_line_is_its_end(string marked, int line, int character) =>
        Assert.Equal(
            marked.IndexOf("$$", StringComparison.Ordinal),
            PositionMap.Of(SourceText.From(marked.Replace("$$", ""))).OffsetOf(line, character));

    [Theory]
    [InlineData("a\nb$$", 2, 0)]
    [InlineData("a\nb$$", int.MaxValue, 5)]
    [InlineData("$$a\nb", -1, 5)]
    [InlineData("$$a\nb", 0, -1)]
    [InlineData("$$", 1, 0)]
    [InlineData("a\u2028b$$", 1, 0)]
    public void A_position_outside_the_document_is_clamped(string marked, int line, int character)
    {
        var map = PositionMap.Of(SourceText.From(marked.Replace("$$", "")));
        Assert.Equal(marked.IndexOf("$$", StringComparison.Ordinal), map.OffsetOf(line, character));
        Assert.False(map.Holds(new LineRange(line, character, line, character)));
    }

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("a\u2028\r\nb")]
    public void A_position_between_CR_and_LF_is_the_lines_end(string text)
    {
        var between = text.IndexOf('\n');
        Assert.Equal(new LinePosition(0, between - 1), PositionMap.Of(SourceText.From(text)).PositionOf(between));
    }

    [Fact]
    public void A_range_that_ends_before_its_start_is_turned_round()
    {
        var map = PositionMap.Of(SourceText.From("abc"));
        Assert.Equal(TextSpan.FromBounds(1, 2), map.SpanOf(new(0, 2, 0, 1)));
        Assert.False(map.Holds(new(0, 2, 0, 1)));
    }
}
