using Assistant.Patterns;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assistant.Tests.Patterns;

public sealed class TokenScannerTests
{
    [Fact]
    public void Cuts_this_projects_sources_as_Roslyn_does()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "server"), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            Assert.Equal(Roslyn(text), Scan(text));
        }
    }

    [Theory]
    [InlineData("var s = $\"a {x[\"b\"]} {{c}}\"; f();")]
    [InlineData("x ??= @\"a\"\"b\"; y = \"\\\"\"; z = '\\'';")]
    [InlineData("var r = \"\"\"\n  raw \"quoted\"\n  \"\"\"; g();")]
    [InlineData("x = \"ab\"u8; y = \"\"\"a\"\"\"u8; z = \"\".u8;")]
    [InlineData("x = $\"\"\"a {f(\"}\", $\"\"\"{b}\"\"\")} \"q\" \"\"\"; y = $$\"\"\"{a} {{b}} {{{c}}}\"\"\"; z")]
    [InlineData("a?.b!.c ?? d; e >>= 2; x..y; 1.5e-3f; 0xFFul; 1_000.ToString();")]
    [InlineData("#if X\n#endif\nclass /* c */ @class { } // end\n")]
    public void Cuts_difficult_text_as_Roslyn_does(string text) => Assert.Equal(Roslyn(text), Scan(text));

    [Theory]
    [InlineData("x = \"abc")]
    [InlineData("x = 1; // abc")]
    [InlineData("/* abc")]
    [InlineData("x = $\"{a")]
    [InlineData("#region a")]
    public void Knows_that_the_text_ends_inside_a_string_or_comment(string text) => Assert.True(EndsInside(text));

    [Theory]
    [InlineData("$\"{")]
    [InlineData("$\"\"\"{")]
    [InlineData("$@\"{")]
    public void Survives_endlessly_nested_strings(string start) =>
        Assert.True(EndsInside(string.Concat(Enumerable.Repeat(start, 100_000))));

    [Fact]
    public void Goes_on_behind_nested_strings()
    {
        const int depth = 20;
        var nested = string.Concat(Enumerable.Repeat("$\"{", depth)) + "a" + string.Concat(Enumerable.Repeat("}\"", depth));
        Assert.Equal($"f\n(\n{nested}\n)\n;", Scan($"f({nested});"));
    }

    private static bool EndsInside(string text)
    {
        var scanner = new TokenScanner(text);
        while (scanner.MoveNext())
        {
        }
        return scanner.Unfinished;
    }

    private static string Scan(string text)
    {
        var scanner = new TokenScanner(text);
        var tokens = new List<string>();
        while (scanner.MoveNext())
        {
            tokens.Add(scanner.Text.ToString());
        }
        return string.Join('\n', tokens);
    }

    private static string Roslyn(string text) =>
        string.Join(
            '\n', SyntaxFactory.ParseTokens(text).Where(token => !token.IsKind(SyntaxKind.EndOfFileToken)).Select(token => token.Text));
}
