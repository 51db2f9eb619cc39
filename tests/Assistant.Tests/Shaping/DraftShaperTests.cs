using Assistant.Basics;
using Assistant.Shaping;

namespace Assistant.Tests.Shaping;

/// <summary>Answers that stream in a character at a time: the end of reading (<c>‖</c>), its reason, and the drafts meanwhile.</summary>
public sealed class DraftShaperTests
{
    private const string Body = "class C\n{\n    int M()\n    {\n        $$\n        return 1;\n    }\n}\n";
    private const string EmptyBody = "class C\n{\n    int M()\n    {\n        $$\n    }\n}\n";

    [Theory]
    [InlineData(Body, "\n        var a = 1;\n‖        var b", StopReason.LineEnd)]
    [InlineData(Body, "    }\n‖}\n", StopReason.BlockClosed)]
    [InlineData(Body, "```csharp\nvar a = 1;\n‖```", StopReason.LineEnd)]
    [InlineData(Body, "var a<|fim_pad|>‖ = 1;\n", StopReason.Markup)]
    [InlineData("int[] a = [$$", "a, a, a, a, a, a, a, a,‖ a, a", StopReason.Loop)]
    public void A_single_line_ends_reading(string code, string answer, StopReason reason) => Check(code, answer, reason, multiLine: false);

    [Theory]
    [InlineData(Body, "var a = 1;\n‖        var b", StopReason.Complete)]
    [InlineData(EmptyBody, "var a = 1;\n        return a;\n    }\n‖}\n", StopReason.BlockClosed)]
    [InlineData(Body, "while (a)\n        {\n            b();\n        }\n‖        c();", StopReason.Complete)]
    [InlineData(Body, "if (a)\n        {\n            b();\n        }\n        c();\n‖", StopReason.Complete)]
    [InlineData(Body, "// Returns.\n        return 1;\n‖", StopReason.RepeatsAfter)]
    [InlineData(
        EmptyBody, "a();\n        b();\n        c();\n        d();\n        e();\n        f();\n        g();\n‖        h();",
        StopReason.MaxLines)]
    [InlineData(EmptyBody, "Add(1);\n        Add(1);\n‖        Add(1);", StopReason.Loop)]
    [InlineData(EmptyBody, "var a = 1;\n    public int N()\n‖", StopReason.Dedent)]
    [InlineData(EmptyBody, "var a = 1;\nThis code sets it.\n‖And more.", StopReason.Markup)]
    public void A_block_ends_reading(string code, string answer, StopReason reason) => Check(code, answer, reason, multiLine: true);

    [Theory]
    [InlineData("var a = foo.Get$$", ".Get", ".S‖etName", StopReason.DisagreesWithTyped)]
    [InlineData("var a = foo.Get$$", ".Get", " .GetName();\n‖x", StopReason.LineEnd)]
    public void An_answer_is_compared_with_the_typed_text(string code, string takenBack, string answer, StopReason reason) =>
        Check(code, answer, reason, multiLine: false, takenBack);

    [Fact]
    public void The_first_line_is_ready_before_the_block()
    {
        var shaper = Shaper(Body, multiLine: true, "");
        Assert.Equal(ShapeProgress.More, shaper.Feed("foreach (var a in b)").Progress);
        Assert.Null(shaper.Current);
        Assert.Equal(ShapeProgress.LineReady, shaper.Feed("\n        {\n").Progress);
        Assert.Equal("foreach (var a in b)", shaper.Current?.Text);
        shaper.Feed("            c();\n        }\n");
        Assert.Equal("foreach (var a in b)\n        {\n            c();\n        }", shaper.Current?.Text);
    }

    [Fact]
    public void The_chunks_of_an_answer_do_not_matter()
    {
        const string answer = "if (a)\r\n        {\r\n            Foo(\"x\");\r\n        }\r\n        return 1;\r\n    }\r\n}";
        var whole = Shaper(Body, multiLine: true, "");
        whole.Feed(answer);
        for (var size = 1; size < 20; size++)
        {
            var shaper = Shaper(Body, multiLine: true, "");
            for (var at = 0; at < answer.Length; at += size)
            {
                shaper.Feed(answer.Substring(at, Math.Min(size, answer.Length - at)));
            }
            Assert.Equal(whole.Finish(), shaper.Finish());
        }
    }

    [Fact]
    public void A_rejection_has_a_reason_without_code()
    {
        var shaper = Shaper(Body, multiLine: false, "");
        shaper.Feed("return 1;\n");
        Assert.Equal(new ShapeResult.Rejected(Rejection.RepeatsAfter, "The answer repeats the lines below the caret."), shaper.Finish());
    }

    [Fact]
    public void Whole_lines_are_distinguished_from_parts_of_a_line()
    {
        Assert.True(Draft(Body, "var a = 1;").WholeLines);
        Assert.False(Draft("var a = $$", "1;").WholeLines);
    }

    private static Draft Draft(string code, string answer)
    {
        var shaper = Shaper(code, multiLine: false, "");
        shaper.Feed(answer);
        return Assert.IsType<ShapeResult.Shown>(shaper.Finish()).Draft;
    }

    private static DraftShaper Shaper(string code, bool multiLine, string takenBack)
    {
        var caret = code.IndexOf("$$", StringComparison.Ordinal);
        return new(
            new TextAround(code[..caret], code[(caret + 2)..]),
            new(takenBack, multiLine, MaxLines: 6, ["<|fim_pad|>"], FirstSpaceMayBeLost: false, "\n"));
    }

    private static void Check(string code, string answer, StopReason reason, bool multiLine, string takenBack = "")
    {
        var shaper = Shaper(code, multiLine, takenBack);
        var read = "";
        var step = default(ShapeStep);
        foreach (var c in answer.Replace("‖", "", StringComparison.Ordinal))
        {
            read += c;
            step = shaper.Feed(c.ToString());
            if (step.Progress == ShapeProgress.Enough)
            {
                break;
            }
        }
        Assert.Equal((answer.Split('‖')[0], reason), (read, step.Reason));
    }
}
