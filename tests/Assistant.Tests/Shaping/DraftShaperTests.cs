using Assistant.Basics;
using Assistant.Shaping;

namespace Assistant.Tests.Shaping;

/// <summary>Raw answers, and what is shown of them at the caret <c>$$</c>.</summary>
public sealed class DraftShaperTests
{
    [Theory]
    [InlineData("class C\n{\n    string M(string value)\n    {\n        $$\n    }\n}", "        return new string(value.Reverse().ToArray());\n    }\n}\n```\nThis code reverses a string.", "return new string(value.Reverse().ToArray());")]
    [InlineData("Foo($$)", "x);", "x);")]
    public void A_line(string code, string raw, string shown) => Check(code, raw, shown);

    private static void Check(string code, string raw, string shown, string takenBack = "")
    {
        var caret = code.IndexOf("$$", StringComparison.Ordinal);
        var shaper = new DraftShaper(
            new TextAround(code[..caret], code[(caret + 2)..]), new ShapeRules(takenBack, MultiLine: false, MaxLines: 1, [], FirstSpaceMayBeLost: false, "\n"));
        shaper.Feed(raw);
        Assert.Equal(shown, shaper.Finish() is ShapeResult.Shown result ? result.Draft.Text : shaper.Finish().ToString());
    }
}
