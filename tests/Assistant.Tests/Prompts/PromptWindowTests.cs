using System.Text;
using Assistant.Basics;
using Assistant.Prompts;
using Assistant.Tests.FileAccess;

namespace Assistant.Tests.Prompts;

/// <summary>A window follows the typing. <c>$$</c> is the caret, and the rows are successive states of the document.</summary>
public sealed class PromptWindowTests
{
    [Theory]
    [InlineData("typed", "a = $$;\nb;", "a = x$$;\nb;", ";\nb;")]
    [InlineData("deleted", "a = x$$;\nb;", "a = $$;\nb;", ";\nb;")]
    [InlineData("bracket closed by the editor", "Foo$$;\nb;", "Foo($$);\nb;", ";\nb;")]
    [InlineData("inside the closed bracket", "Foo$$;\nb;", "Foo(x$$);\nb;", ";\nb;")]
    [InlineData("typed over", "Foo$$;\nb;", "Foo(x)$$;\nb;", ";\nb;")]
    [InlineData("quotes in a closed bracket", "Foo$$;\nb;", "Foo(\"a$$\");\nb;", ";\nb;")]
    [InlineData("Enter between braces", "if (a) $$\nb;", "if (a) {\n    $$\n}\nb;", "\nb;")]
    [InlineData("everything was before the caret", "Foo$$", "Foo($$)", "")]
    [InlineData("left to the right", "a$$ = b;\nc;", "a =$$ b;\nc;", " b;\nc;")]
    [InlineData("left to the left over a bracket", "Foo()$$;\nc;", "Foo($$);\nc;", ");\nc;")]
    [InlineData("left downwards", "a$$\nb;\nc;", "a\nb;\nc$$;", ";")]
    [InlineData("edited behind the caret", "a$$\nb;", "ax$$\nbc;", "\nbc;")]
    [InlineData("appended behind the caret", "a$$\nb;", "ax$$\nb;\nc;", "\nb;\nc;")]
    [InlineData("CRLF", "a$$;\r\nb;\r\n", "ab$$;\r\nb;\r\n", ";\nb;\n")]
    [InlineData("Enter with CRLF", "if (a) $$\r\nb;", "if (a) {\r\n    $$\r\n}\r\nb;", "\nb;")]
    public void Suffix(string what, string before, string now, string suffix)
    {
        var window = Next(Next(null, Around(before)), Around(now));
        Assert.Equal((what, suffix), (what, window.Suffix));
    }

    [Fact]
    public void Closers_of_the_editor_stay_outside_during_typing()
    {
        PromptWindow? window = null;
        string[] states =
        [
            "$$\nrest", "F$$\nrest", "F($$)\nrest", "F(\"$$\")\nrest", "F(\"a$$\")\nrest", "F(\"a\"$$)\nrest", "F(\"a\")$$\nrest",
            "F(\"a\");$$\nrest",
        ];
        foreach (var state in states)
        {
            window = Next(window, Around(state));
            Assert.Equal("\nrest", window.Suffix);
            Assert.Equal(state[..state.IndexOf("$$", StringComparison.Ordinal)], window.Prefix);
        }
    }

    [Fact]
    public void Deleting_text_before_the_anchor_keeps_the_suffix()
    {
        var window = Next(null, Around("Foo(a$$;\nb;"));
        window = Next(window, Around("Fo$$;\nb;"));
        window = Next(window, Around("Fo($$);\nb;"));
        Assert.Equal(";\nb;", window.Suffix);
    }

    /// <summary>
    /// A model server evaluates only the part of a prompt that differs from the one before: the typed text, except where the start moves.
    /// </summary>
    [Fact]
    public void Typing_only_appends()
    {
        var file = SampleFile(members: 60);
        for (var seed = 1; seed <= 12; seed++)
        {
            var random = new Random(seed);
            var offset = random.Next(100, file.Length - 1_200);
            var typed = file.Substring(offset, 900);
            var rest = file[(offset + 900)..];
            var window = Next(null, new TextAround(file[..offset], rest));
            var hops = 0;
            for (var length = 1; length <= typed.Length; length += random.Next(1, 4))
            {
                var next = Next(window, new TextAround(file[..offset] + typed[..length], Closers(typed[..length]) + rest));
                Assert.Equal(window.Suffix, next.Suffix);
                if (!next.Prefix.StartsWith(window.Prefix, StringComparison.Ordinal))
                {
                    hops++;
                    Assert.InRange(next.Prefix.Length, PromptWindow.MinPrefix, PromptWindow.MaxPrefix - 400);
                }
                Assert.EndsWith(typed[..length], next.Prefix);
                window = next;
            }
            Assert.InRange(hops, 0, 1);
        }
    }

    [Fact]
    public void An_edit_above_the_window_changes_nothing()
    {
        var file = SampleFile(members: 60);
        var window = Next(null, new TextAround(file[..6_000], file[6_000..]));
        var edited = file.Insert(200, "    // reviewed: keep in sync with the caller\n");
        var next = Next(window, new TextAround(edited[..(6_000 + edited.Length - file.Length)] + "x", file[6_000..]));
        Assert.Equal((window.Prefix + "x", window.Suffix), (next.Prefix, next.Suffix));
    }

    [Fact]
    public void An_edit_inside_the_window_keeps_the_text_before_it()
    {
        var file = SampleFile(members: 60);
        var window = Next(null, new TextAround(file[..6_000], file[6_000..]));
        var at = 6_000 - 400;
        var next = Next(window, new TextAround(file[..at] + "Changed" + file[at..6_000], file[6_000..]));
        Assert.Equal(window.Prefix[..^400], next.Prefix[..(window.Prefix.Length - 400)]);
    }

    [Fact]
    public void A_using_that_is_added_at_the_top_of_a_short_file_keeps_the_prefix()
    {
        var file = SampleFile(members: 8);
        var window = Next(null, new TextAround(file[..1_000], file[1_000..]));
        var next = Next(window, new TextAround("using System.Text;\n" + file[..1_000], file[1_000..]));
        Assert.Equal(window.Prefix, next.Prefix);
    }

    [Fact]
    public void A_window_begins_at_a_member_and_keeps_its_lengths()
    {
        var file = SampleFile(members: 60);
        for (var caret = 0; caret < file.Length; caret += 37)
        {
            var window = Next(null, new TextAround(file[..caret], file[caret..]));
            Assert.Equal(Math.Min(1_500, file.Length - caret), window.Suffix.Length);
            Assert.InRange(window.Prefix.Length, Math.Min(1_500, caret), 3_000);
            var firstLine = window.Prefix.Split('\n')[0];
            Assert.True(
                window.Prefix.Length == caret
                || firstLine.StartsWith("    /// <summary>", StringComparison.Ordinal)
                || firstLine is "public sealed class Orders" or "namespace Sample;",
                firstLine);
        }
    }

    [Fact]
    public void Surrogate_pairs_are_not_cut()
    {
        var endless = string.Concat(Enumerable.Repeat("\U0001F600", 5_000));
        for (var caret = 4_000; caret < 4_010; caret += 2)
        {
            var window = Next(null, new TextAround("x" + endless[..caret], "y" + endless[caret..]));
            Assert.DoesNotContain('�', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(window.Prefix + window.Suffix)));
        }
    }

    private static TextAround Around(string marked)
    {
        var caret = marked.IndexOf("$$", StringComparison.Ordinal);
        return new(marked[..caret], marked[(caret + 2)..]);
    }

    // Simulates an editor that closes brackets: its closers after the caret.
    private static string Closers(string typed)
    {
        var open = new Stack<char>();
        foreach (var c in typed)
        {
            if (c is '(' or '[')
            {
                open.Push(c == '(' ? ')' : ']');
            }
            else if (open.TryPeek(out var closer) && closer == c)
            {
                open.Pop();
            }
        }
        return string.Concat(open);
    }

    private static string SampleFile(int members)
    {
        var file = new StringBuilder("using System;\n\nnamespace Sample;\n\npublic sealed class Orders\n{\n");
        for (var i = 0; i < members; i++)
        {
            file.Append($"    /// <summary>Adds the order number {i}.</summary>\n    public int Add{i}(int amount, string name)\n    {{\n")
                .Append($"        if (amount > {i})\n        {{\n")
                .Append($"            throw new ArgumentException(\"Too much: {i}\", nameof(amount));\n        }}\n")
                .Append($"        return total[name].Add(amount * {i});\n    }}\n\n");
        }
        return file.Append("}\n").ToString();
    }

    [Fact]
    public void A_small_context_gets_less_and_typing_still_appends()
    {
        var document = string.Concat(Enumerable.Range(0, 200).Select(line => $"    var line{line} = {line};\n"));
        PromptWindow? window = null;
        var starts = new HashSet<string>();
        for (var caret = 3_000; caret < 3_200; caret++)
        {
            window = Next(window, new TextAround(document[..caret], document[caret..]));
            var small = window.Within(400);
            Assert.InRange(small.Prefix.Length + small.Suffix.Length, 300, 920);
            Assert.EndsWith(small.Prefix, window.Prefix);
            Assert.StartsWith(small.Suffix, window.Suffix);
            starts.Add(small.Prefix[..20]);
        }
        Assert.InRange(starts.Count, 1, 2);
        Assert.Same(window, window!.Within(4_000));
    }

    private static PromptWindow Next(PromptWindow? previous, TextAround text) => PromptWindow.Next(previous, OpenText.Of(text));
}
