using Assistant.Basics;
using Assistant.Shaping;

namespace Assistant.Tests.Shaping;

/// <summary>
/// Answers whose first space mlx_lm.server dropped: the places <c>$$</c> where shaping restores it, and others where it must not.
/// </summary>
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
    public void The_lost_space_is_restored(string code, string raw, string shown)
    {
        var caret = code.IndexOf("$$", StringComparison.Ordinal);
        var around = new TextAround(code[..caret], code[(caret + 2)..]);
        var shaper = new DraftShaper(around, new("", MultiLine: false, MaxLines: 1, [], FirstSpaceMayBeLost: true, "\n"));
        shaper.Feed(raw);
        Assert.Equal(shown, shaper.Finish() is ShapeResult.Shown result ? result.Draft.Text : "");
    }
}
