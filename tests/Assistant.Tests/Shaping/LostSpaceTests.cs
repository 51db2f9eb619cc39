using Assistant.Basics;
using Assistant.Shaping;

namespace Assistant.Tests.Shaping;

/// <summary>mlx_lm.server drops the first space of an answer: where it is put back at the caret <c>$$</c>, and where it must not be.</summary>
public sealed class LostSpaceTests
{
    [Theory]
    [InlineData("return a$$", "+ b;", " + b;")]
    [InlineData("return$$", "a;", " a;")]
    [InlineData("return$$", "(a, b);", " (a, b);")]
    [InlineData("return$$", ";", ";")]
    [InlineData("var a =$$", "b;", " b;")]
    [InlineData("var a = $$", "b;", "b;")]
    [InlineData("Foo(a,$$", "b);", " b);")]
    [InlineData("Foo($$", "a);", "a);")]
    [InlineData("foo.$$", "Bar();", "Bar();")]
    [InlineData("foo$$", ".Bar();", ".Bar();")]
    [InlineData("foo$$", "Bar();", "Bar();")]
    [InlineData("if$$", "(a)", " (a)")]
    [InlineData("if (a$$", "== b)", " == b)")]
    [InlineData("if (!$$", "a)", "a)")]
    [InlineData("x =>$$", "x.A", " x.A")]
    [InlineData("(x)$$", "=> x.A", " => x.A")]
    [InlineData("a +$$", "b;", " b;")]
    [InlineData("return -$$", "b;", "b;")]
    [InlineData("List$$", "<int> a;", "<int> a;")]
    [InlineData("typeof$$", "(int)", "(int)")]
    [InlineData("new$$", "Foo();", " Foo();")]
    [InlineData("await$$", "Foo();", " Foo();")]
    [InlineData("class A$$", "{ }", " { }")]
    [InlineData("int[$$", "] a;", "] a;")]
    [InlineData("{\n    $$", "   a;", "a;")]
    [InlineData("{\n$$", "   a;", "    a;")]
    [InlineData("\"hello$$", "world\"", "world\"")]
    [InlineData("a$$", "++;", "++;")]
    [InlineData("a is$$", "not null", " not null")]
    public void Put_back(string code, string raw, string shown)
    {
        var caret = code.IndexOf("$$", StringComparison.Ordinal);
        var around = new TextAround(code[..caret], code[(caret + 2)..]);
        var shaper = new DraftShaper(around, new("", MultiLine: false, MaxLines: 1, [], FirstSpaceMayBeLost: true, "\n"));
        shaper.Feed(raw);
        Assert.Equal(shown, shaper.Finish() is ShapeResult.Shown result ? result.Draft.Text : "");
    }
}
