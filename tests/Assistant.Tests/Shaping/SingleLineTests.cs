using Assistant.Basics;
using Assistant.Shaping;

namespace Assistant.Tests.Shaping;

/// <summary>
/// Raw answers, and the single line of their drafts at the caret <c>$$</c>. <c>[-…-]</c> marks the replaced part of the caret's line,
/// <c>!</c> a rejection.
/// </summary>
public sealed class SingleLineTests
{
    private const string InMethod = "class C\n{\n    string M(string value)\n    {\n        $$\n    }\n}";

    // A real small model gave these answers (docs/model-servers.md).
    [Theory]
    [InlineData(InMethod, "return value;\n    }\n}\n```\nThis code returns it.", "return value;")]
    [InlineData(InMethod, "\n        return value;\n    }", "return value;")]
    [InlineData(InMethod, "        return value;", "return value;")]
    [InlineData(InMethod, "       return value;", "return value;")]
    [InlineData(InMethod, "\n\n\n        return value;", "return value;")]
    [InlineData(InMethod, "return value;\r\n    }\r\n}", "return value;")]
    [InlineData(InMethod, "return value;\r", "return value;")]
    [InlineData("class C\n{\n    int M(int a)\n    {\n        return$$\n    }\n}", "        a + 1;", " a + 1;")]
    [InlineData(InMethod, "```", "!Markup")]
    [InlineData(InMethod, "```\n", "!Markup")]
    [InlineData(InMethod, "```csharp\nreturn value;\n```", "return value;")]
    [InlineData(InMethod, "```csharp\n        return value;\n    }\n```\nExplanation: it returns.", "return value;")]
    [InlineData(InMethod, "", "!Empty")]
    [InlineData(InMethod, "   \n\n  ", "!Empty")]
    [InlineData(InMethod, "    }\n}", "!OnlyCloses")]
    [InlineData(InMethod, "}", "!OnlyCloses")]
    [InlineData(InMethod, "<|fim_pad|>", "!Markup")]
    [InlineData(InMethod, "return value;<|fim_pad|>junk", "return value;")]
    [InlineData(InMethod, "return value;<|im_end|>\n<|im_start|>user", "return value;")]
    [InlineData(InMethod, "return value;<|fim_p", "return value;")]
    [InlineData(InMethod, "return value;</COMPLETION>", "return value;")]
    [InlineData(InMethod, "This method takes a string and returns it.", "!Prose")]
    [InlineData(InMethod, "Here is the completed code:\nreturn value;", "!Prose")]
    [InlineData(InMethod, "Sure! Here's the code:", "!Prose")]
    [InlineData(InMethod, "The `value` is returned.", "!Prose")]
    [InlineData(InMethod, "// TODO: Implement this method", "!Placeholder")]
    [InlineData(InMethod, "// Your code here", "!Placeholder")]
    [InlineData(InMethod, "...", "!Placeholder")]
    [InlineData(InMethod, "// The shortest way.\n        return value;", "// The shortest way.")]
    public void Answers_of_a_real_model(string code, string raw, string shown) => Check(code, raw, shown);

    // The editor closed brackets and quotes.
    [Theory]
    [InlineData("Foo($$)", "x", "x")]
    [InlineData("Foo($$)", "x)", "x")]
    [InlineData("Foo($$)", "x);", "x);[-)-]")]
    [InlineData("Foo($$);", "x);", "x")]
    [InlineData("Foo($$);", "x)", "x")]
    [InlineData("Foo($$);", "Bar(x));", "Bar(x)")]
    [InlineData("Foo($$)", "Bar(x)", "Bar(x)")]
    [InlineData("Foo($$)", "Bar(x));", "Bar(x));[-)-]")]
    [InlineData("Foo($$);", "x).Bar();", "x).Bar()[-)-]")]
    [InlineData("Foo(Bar($$))", "x));", "x));[-))-]")]
    [InlineData("Foo(Bar($$));", "x));", "x")]
    [InlineData("Foo(Bar($$));", "x)", "x")]
    [InlineData("Foo($$", "x);", "x);")]
    [InlineData("Foo($$, token);", "x, token);", "x")]
    [InlineData("Foo($$, token);", "x, token", "x")]
    [InlineData("Foo($$, token);", "x", "x")]
    [InlineData("var a = b[$$];", "0];", "0")]
    [InlineData("var a = b[$$]", "0];", "0];[-]-]")]
    [InlineData("var a = new[] { $$ };", "1, 2 };", "1, 2")]
    [InlineData("Foo(\"$$\")", "hello\");", "hello\");[-\")-]")]
    [InlineData("Foo(\"$$\");", "hello\");", "hello")]
    [InlineData("Foo(\"$$\");", "hello", "hello")]
    [InlineData("Foo(\"$$ world\");", "hello\");", "hello")]
    [InlineData("Foo(\"$$\");", "say \\\"hi\\\"\");", "say \\\"hi\\\"")]
    [InlineData("var a = $\"{$$}\";", "name}\";", "name")]
    [InlineData("List<$$> a;", "int> a;", "int")]
    [InlineData("var a = $$.ToList();", "items.Where(x => x.Ok).ToList();", "items.Where(x => x.Ok)")]
    [InlineData("var a = $$ ;", "b;", "b")]
    [InlineData("if ($$) {", "a == b) {", "a == b")]
    [InlineData("if ($$) {", "a == b)\n{", "a == b")]
    [InlineData("Foo(x$$);", ");", "!RepeatsAfter")]
    [InlineData("Foo(x$$)", ");", ");[-)-]")]
    [InlineData("M(\n    a,\n    $$\n);", "b\n);", "b")]
    [InlineData("M(\n    a,\n    $$\n);", "b);", "b")]
    [InlineData("if (a) {\n    $$\n", "}", "}")]
    public void Closers_of_the_editor_are_replaced(string code, string raw, string shown) => Check(code, raw, shown);

    // The prompt left out the typed text.
    [Theory]
    [InlineData("var a = foo.Get$$", ".Get", ".GetName();\n", "Name();")]
    [InlineData("var a = foo.Get$$", ".Get", ".SetName();", "!DisagreesWithTyped")]
    [InlineData("var a = foo.Get$$", ".Get", ".G", "!DisagreesWithTyped")]
    [InlineData("var a = foo.Get$$", ".Get", ".Get", "!Empty")]
    [InlineData("var a = Get$$", " Get", " GetName();", "Name();")]
    [InlineData("var a = Get$$", " Get", "GetName();", "Name();")]
    [InlineData("var a = $$", " ", " b;", "b;")]
    [InlineData("var a = $$", " ", "b;", "b;")]
    [InlineData("    x\n        .Wh$$", "        .Wh", "\n        .Where(y => y);", "ere(y => y);")]
    [InlineData("{\n\t\tret$$\n}", "\t\tret", "        return x;", "urn x;")]
    [InlineData("return $$", "return ", "returnValue;", "!DisagreesWithTyped")]
    [InlineData("return $$", "return ", "return value;", "value;")]
    [InlineData("return val$$", "return val", "returnvalue;", "!DisagreesWithTyped")]
    [InlineData("getName$$", "getName", "get Name;", "!DisagreesWithTyped")]
    [InlineData("Foo( a, b$$", "Foo( a, b", "Foo(a,b)", ")")]
    [InlineData("{\n    x;\n    $$\n}", " x;\n    ", " x;\n    y;", "y;")]
    [InlineData("a ?$$", "", "? b;", "? b;")]
    public void The_typed_text_is_cut(string code, string takenBack, string raw, string shown) => Check(code, raw, shown, takenBack);

    // The answer repeats the text around the caret.
    [Theory]
    [InlineData("{\n    $$\n    return items.Count;\n}", "return items.Count;", "!RepeatsAfter")]
    [InlineData("{\n    $$\n    var b = Next(a);\n    return b;\n}", "return b;", "!RepeatsAfter")]
    [InlineData("{\n    _name = name;\n    $$\n}", "_name = name;", "!RepeatsBefore")]
    [InlineData("{\n    _name = name;\n    _name$$\n}", " = name;", "!RepeatsBefore")]
    [InlineData("{\n    Add(1);\n    Remove(2);\n    $$\n}", "Add(1);", "Add(1);")]
    [InlineData("int[] a = [$$", "first, first, first, first, first, first", "!Loop")]
    [InlineData("bool a = $$", "b == \"q\" || b == \"q\" || b == \"q\" || b == \"q\" || b == \"q", "!Loop")]
    [InlineData("bool a = $$", "b == 1 || b == 1 || b == 1 || b == 1 || b == 1;", "!Loop")]
    [InlineData("int[] a = [$$", "0, 0, 0, 0, 0]", "0, 0, 0, 0, 0]")]
    [InlineData("Foo($$", "a(b(c(d(e))))", "a(b(c(d(e))))")]
    [InlineData("int[] a = [$$", "1, 2, 1, 2]", "1, 2, 1, 2]")]
    [InlineData("var item = new $$\n{\n    Id = 1,\n};", "Item\n{\n    Id = 1", "Item")]
    [InlineData("void M()$$\n{\n}", "\n{", "!RepeatsAfter")]
    public void Repetitions_are_cut_or_rejected(string code, string raw, string shown) => Check(code, raw, shown);

    [Theory]
    [InlineData("void M(int a)$$", "\n{\n    return;", "\n{")]
    [InlineData("var a = $$", "  b;", "b;")]
    [InlineData("x\n    $$", "        .Foo();", "    .Foo();")]
    [InlineData("// Returns the $$\nint A;", "number of items in the list.", "number of items in the list.")]
    [InlineData("/// <summary>$$\nint A;", "The number of items.</summary>", "The number of items.</summary>")]
    [InlineData("#if A\nclass C { void M() { Foo($$) } }\n#endif", "x);", "x);[-)-]")]
    public void Other_places(string code, string raw, string shown) => Check(code, raw, shown);

    private static void Check(string code, string raw, string shown, string takenBack = "")
    {
        var caret = code.IndexOf("$$", StringComparison.Ordinal);
        var around = new TextAround(code[..caret], code[(caret + 2)..]);
        var shaper = new DraftShaper(
            around, new(takenBack, MultiLine: false, MaxLines: 1, ["<|fim_pad|>", "<|fim_prefix|>"], FirstSpaceMayBeLost: false, "\n"));
        shaper.Feed(raw);
        Assert.Equal(shown, shaper.Finish() switch
        {
            ShapeResult.Shown { Draft: var draft } => draft.Text
                + (draft.ReplaceAfter > 0 ? $"[-{around.After[..draft.ReplaceAfter]}-]" : ""),
            ShapeResult.Rejected { Reason: var reason } => "!" + reason,
            _ => "",
        });
    }
}
