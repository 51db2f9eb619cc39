using Assistant.Inference.Fim;

namespace Assistant.Tests.Inference.Fim;

public sealed class HoleCutterTests
{
    [Theory]
    [InlineData("<COMPLETION>a + b;</COMPLETION>", "a + b;")]
    [InlineData("Sure! <COMPLETION>a + b;</COMPLETION> I added them.", "a + b;")]
    [InlineData("<think>The hole needs <b>.</think>\n<COMPLETION>a\n    b</COMPLETION>", "a\n    b")]
    [InlineData("<completion>a</completion>", "a")]
    [InlineData("<COMPLETION>List<int> x = </C", "List<int> x = ")]
    [InlineData("<COMPLETION>if (a </ b)", "if (a </ b)")]
    [InlineData("no tag at all", "")]
    [InlineData("", "")]
    public void The_text_between_the_tags_is_extracted_from_any_pieces(string answer, string hole)
    {
        for (var size = 1; size <= answer.Length + 1; size++)
        {
            Check(answer, size, hole);
        }
    }

    private static void Check(string answer, int size, string hole)
    {
        var cutter = new HoleCutter();
        var text = string.Concat(answer.Chunk(size).Select(part => cutter.Feed(new string(part))));
        Assert.Equal(hole, text);
        Assert.Equal(answer.Contains("<completion>", StringComparison.OrdinalIgnoreCase), cutter.SawTag);
    }
}
