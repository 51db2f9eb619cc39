using Assistant.Patterns;

namespace Assistant.Tests.Patterns;

public sealed class PatternSegmentTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gives_the_best_matches_of_all_first(bool loose)
    {
        var words = new Vocabulary();
        var random = new Random(1);
        var texts = Enumerable.Range(0, 20).Select(_ => Text(random, 200)).ToList();
        var segment = new PatternSegment([.. texts.Select((text, i) => Read(words, i + ".cs", text))]);
        for (var round = 0; round < 200; round++)
        {
            var context = Read(words, "caret.cs", Text(random, 12)).Tokens;
            var end = context.Count - 1;
            var expected = Enumerable.Range(1, segment.Tokens.Count - 1).Where(i => segment.Tokens[i] != 0)
                .Select(i => segment.Tokens.MatchLength(loose, i, context, end))
                .Where(length => length > 0)
                .OrderDescending()
                .Take(30)
                .ToList();
            var walk = segment.Best(loose, context, end);
            var found = new List<int>();
            while (found.Count < 30 && walk.MoveNext())
            {
                found.Add(walk.Length);
                Assert.Equal(walk.Length, segment.Tokens.MatchLength(loose, walk.Position, context, end));
            }
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void Tidying_drops_replaced_texts()
    {
        var random = new Random(2);
        var index = new PatternIndex();
        var texts = Enumerable.Range(0, 60).Select(_ => Text(random, 1500)).ToList();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < texts.Count; i++)
            {
                index.Update(i + ".cs", texts[i]);
                while (index.Tidy())
                {
                }
            }
        }
        Assert.Equal(60, index.FileCount);
        Assert.InRange(index.TokenCount, 60 * 1500, 60 * 1500 * 2.5);
    }

    private static string Text(Random random, int tokens) =>
        string.Join(' ', Enumerable.Range(0, tokens).Select(_ => "a b c d = ( ) ; . new this \"x\"".Split(' ')[random.Next(12)]));

    private static PatternFile Read(Vocabulary words, string path, string text)
    {
        var run = new TokenRun(text.Length);
        run.Append(text, words, []);
        var end = run.Count;
        run.EndFile();
        return new(path, run, 1, end);
    }
}
