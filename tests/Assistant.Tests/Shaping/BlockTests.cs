using Assistant.Basics;
using Assistant.Shaping;

namespace Assistant.Tests.Shaping;

/// <summary>
/// Raw answers, and the lines of their drafts at the caret <c>$$</c>; <c>!</c> marks a rejection. At most six lines.
/// </summary>
public sealed class BlockTests
{
    private const string EmptyBody = "class C\n{\n    int M()\n    {\n        $$\n    }\n}\n";
    private const string Body = "class C\n{\n    int M()\n    {\n        $$\n        return 1;\n    }\n}\n";
    private const string Members = "class C\n{\n    $$\n\n    int B;\n}\n";

    [Theory]
    [InlineData(EmptyBody, "var a = 1;\n        return a;\n    }\n}\n", "var a = 1;\n        return a;")]
    [InlineData(EmptyBody, "var a = 1;\n\n        return a;\n    }\n\n    int N()\n", "var a = 1;\n\n        return a;")]
    [InlineData(Body, "var a = 1;\n        var b = 2;\n", "var a = 1;")]
    [InlineData(Body, "var a = 1;\n        return 1;\n    }\n", "var a = 1;")]
    [InlineData(Body, "if (a)\n        {\n            B();\n        }\n        C();\n", "if (a)\n        {\n            B();\n        }")]
    [InlineData(Body, "if (a)\n        {\n            B();\n        }\n        else\n        {\n            C();\n        }\n", "if (a)")]
    [InlineData(
        Body, "if (a) {\n            B();\n        } else {\n            C();\n        }\n        D();",
        "if (a) {\n            B();\n        } else {\n            C();\n        }")]
    [InlineData(Body, "if (a)\n            return 2;\n        B();\n", "if (a)\n            return 2;")]
    [InlineData(
        Body, "if (a)\n            return 2;\n        else\n            B();\n        C();",
        "if (a)\n            return 2;\n        else\n            B();")]
    [InlineData(
        Body, "var a = items\n            .Where(x => x)\n            .ToList();\n        B();",
        "var a = items\n            .Where(x => x)\n            .ToList();")]
    [InlineData(
        Body, "var a = new A\n        {\n            B = 1,\n        };\n        C();",
        "var a = new A\n        {\n            B = 1,\n        };")]
    [InlineData(Body, "// Why.\n        var a = 1;\n        var b = 2;", "// Why.\n        var a = 1;")]
    [InlineData(Members, "int A()\n    {\n        return 1;\n    }\n\n    int C;\n", "int A()\n    {\n        return 1;\n    }")]
    [InlineData(Members, "[Fact]\n    public void A()\n    {\n    }\n", "[Fact]\n    public void A()\n    {\n    }")]
    [InlineData(Members, "int A { get; set; }\n    int C { get; set; }\n", "int A { get; set; }")]
    public void Ends_where_the_block_ends(string code, string raw, string shown) => Check(code, raw, shown);

    [Theory]
    [InlineData(Body, "A();\n        A();\n        A();\n", "A();")]
    [InlineData(EmptyBody, "A1(1);\n        A1(1);\n        A1(1);\n        A1(1);\n", "A1(1);")]
    [InlineData(EmptyBody, "Add(1);\n        Next(2);\n        Add(1);\n        Next(2);\n", "Add(1);\n        Next(2);")]
    [InlineData(
        EmptyBody, "a();\n        b();\n        c();\n        d();\n        e();\n        f();\n        g();\n",
        "a();\n        b();\n        c();\n        d();\n        e();\n        f();")]
    [InlineData(
        Body,
        "foreach (var a in b)\n        {\n            a();\n            b();\n            c();\n            d();\n"
        + "            e();\n        }",
        "foreach (var a in b)")]
    [InlineData(Body, "foreach (var a in b)\n        {\n            a();\n", "foreach (var a in b)")]
    [InlineData(EmptyBody, "var a = 1;\n        var b = a.Name", "var a = 1;")]
    [InlineData(EmptyBody, "return 1;\n    }\n    \n    This code returns one.", "return 1;")]
    [InlineData(EmptyBody, "var a = 1;\n        This code returns one.", "var a = 1;")]
    [InlineData(
        EmptyBody, "    public int N()\n    {\n        return 2;\n    }", "public int N()\n        {\n            return 2;\n        }")]
    [InlineData(EmptyBody, "var a = 1;\n    public int N()\n", "var a = 1;")]
    public void Ends_where_the_answer_stops_fitting(string code, string raw, string shown) => Check(code, raw, shown);

    [Theory]
    [InlineData("    $$\n", "void A()\n{\n    B();\n}", "void A()\n    {\n        B();\n    }")]
    [InlineData("\tint A;\n\t$$\n", "void A()\n    {\n        B();\n    }", "void A()\n\t{\n\t\tB();\n\t}")]
    [InlineData("    int A;\n    $$\n", "void A()\n\t{\n\t\tB();\n\t}", "void A()\n    {\n        B();\n    }")]
    [InlineData("  if (a)\n    B();\n  $$\n", "if (b)\n\t{\n\t\tC();\n\t}", "if (b)\n  {\n    C();\n  }")]
    [InlineData("    int A() =>$$\n", "\n        1;  \n", "\n        1;")]
    public void Indents_as_the_document_does(string code, string raw, string shown) => Check(code, raw, shown);

    [Theory]
    [InlineData("    items.ForEach(x =>$$);\n", " {\n        Foo(x);\n    });", " {\n        Foo(x);\n    }")]
    [InlineData("    items.ForEach($$)\n", "x =>\n    {\n        Foo(x);\n    });\n", "x =>\n    {\n        Foo(x);\n    });[-)-]")]
    [InlineData("    void A()\n    {\n        $$\n", "B();\n    }\n", "B();")]
    [InlineData("    void A() {$$\n    int B;\n", "\n        C();\n    }\n", "\n        C();")]
    [InlineData("    Foo(\n        a,\n        $$\n    );", "b,\n        c\n    );", "b,\n        c")]
    public void Fits_the_brackets_around_the_caret(string code, string raw, string shown) => Check(code, raw, shown);

    [Fact]
    public void Line_ends_are_the_documents() => Check(
        EmptyBody.ReplaceLineEndings("\r\n"), "var a = 1;\n        return a;\r\n    }", "var a = 1;\r\n        return a;", "\r\n");

    private static void Check(string code, string raw, string shown, string newLine = "\n")
    {
        var caret = code.IndexOf("$$", StringComparison.Ordinal);
        var around = new TextAround(code[..caret], code[(caret + 2)..]);
        var shaper = new DraftShaper(around, new("", MultiLine: true, MaxLines: 6, [], FirstSpaceMayBeLost: false, newLine));
        foreach (var c in raw)
        {
            shaper.Feed(c.ToString());
        }
        Assert.Equal(shown, shaper.Finish() switch
        {
            ShapeResult.Shown { Draft: var draft } => draft.Text
                + (draft.ReplaceAfter > 0 ? $"[-{around.After[..draft.ReplaceAfter]}-]" : ""),
            ShapeResult.Rejected { Reason: var reason } => "!" + reason,
            _ => "",
        });
    }
}
