using Assistant.Basics;
using Assistant.Patterns;

namespace Assistant.Tests.Patterns;

public sealed class PatternIndexTests
{
    private const string Logger = """
        class A
        {
            void M()
            {
                var log = LoggerFactory.Create(options, settings.Level);
                log.Write("started");
            }
        }
        """;

    [Fact]
    public void Continues_with_the_text_of_another_file() =>
        Check("class B { void N() { var log = LoggerFactory.$$", "Create(options, settings.Level);", others: [Logger]);

    [Fact]
    public void Completes_a_begun_name() =>
        Check("class B { void N() { var log = LoggerFactory.Cre$$", "ate(options, settings.Level);", others: [Logger]);

    [Fact]
    public void Replaces_the_closers_of_the_editor() =>
        Check("class B { void N() { var log = LoggerFactory.Create($$);", "options, settings.Level);", others: [Logger], replaceAfter: 2);

    [Fact]
    public void Replaces_the_patterns_names_by_those_of_the_caret() =>
        Check("class D\n{\n    public D(IStore store)\n    {\n        _store = $$", "store;", others:
        [
            "class A\n{\n    public A(IClock clock)\n    {\n        _clock = clock;\n    }\n}",
            "class B\n{\n    public B(IFormat format)\n    {\n        _format = format;\n    }\n}",
            "class C\n{\n    public C(IWriter writer)\n    {\n        _writer = writer;\n    }\n}",
        ]);

    [Fact]
    public void Goes_on_over_several_lines_with_the_documents_indentation_and_line_ends() =>
        Check(
            "class B\r\n{\r\n\tvoid N()\r\n\t{\r\n\t\tvar log = LoggerFactory.$$\r\n\t}\r\n}",
            "Create(options, settings.Level);\r\n\t\tlog.Write(\"started\");",
            others: [Logger], rules: new(MultiLine: true, MinConfidence: 0.05));

    [Fact]
    public void Never_closes_a_block_that_was_open_before_the_caret()
    {
        var answer = Ask(
            Index([Logger]), "class B\n{\n    void N()\n    {\n        var log = LoggerFactory.$$",
            new(MultiLine: true, MinConfidence: 0.01));
        Assert.DoesNotContain("}", answer.Suggestion?.Text);
    }

    [Fact]
    public void Does_not_repeat_the_next_line() =>
        Check(
            "class B\n{\n    void N()\n    {\n        var log = LoggerFactory.Create(options, settings.Level);\n        $$\n"
            + "        log.Write(\"started\");\n    }\n}",
            PatternMiss.NothingToAdd, [Logger]);

    [Fact]
    public void Names_its_source_and_the_length_of_the_match()
    {
        var suggestion = Ask(Index([Logger]), "class B { void N() { var log = LoggerFactory.$$").Suggestion;
        Assert.Equal(["0.cs"], suggestion?.Sources);
        // The tokens are `{ var log = LoggerFactory .` and the `)` and `(` before them.
        Assert.Equal(8, suggestion?.ContextTokens);
        Assert.InRange(suggestion?.Confidence ?? 0, 0.1, 1);
    }

    [Fact]
    public void The_own_files_text_in_the_index_does_not_count()
    {
        var index = Index([]);
        index.Update("caret.cs", Logger);
        Assert.Equal(PatternMiss.NotSeen, Ask(index, "class B { void N() { var log = LoggerFactory.$$").Miss);
    }

    [Fact]
    public void Gives_nothing_in_a_string() => Check("var log = \"LoggerFactory.$$", PatternMiss.InTextOrComment, [Logger]);

    [Fact]
    public void Gives_nothing_where_code_follows() => Check("var log = LoggerFactory.$$ + 1", PatternMiss.CodeFollows, [Logger]);

    [Fact]
    public void Gives_nothing_for_an_unknown_context() => Check("namespace Q$$", PatternMiss.NotSeen, []);

    [Fact]
    public void Forgets_a_removed_file()
    {
        var index = Index([Logger]);
        index.Remove("0.cs");
        Assert.NotEqual(PatternMiss.None, Ask(index, "class B { void N() { var log = LoggerFactory.$$").Miss);
    }

    [Fact]
    public void Uses_the_newer_text_of_a_file()
    {
        var index = Index([Logger]);
        index.Update("0.cs", Logger.Replace("Create(options, settings.Level)", "Open(options)", StringComparison.Ordinal));
        Assert.Equal("Open(options);", Ask(index, "class B { void N() { var log = LoggerFactory.$$").Suggestion?.Text);
    }

    private static void Check(string marked, string expected, string[] others, int replaceAfter = 0, PatternRules? rules = null)
    {
        var answer = Ask(Index(others), marked, rules);
        Assert.Equal(expected, answer.Suggestion?.Text);
        Assert.Equal(replaceAfter, answer.Suggestion?.ReplaceAfter);
    }

    private static void Check(string marked, PatternMiss expected, string[] others) =>
        Assert.Equal(expected, Ask(Index(others), marked).Miss);

    private static PatternIndex Index(string[] others)
    {
        var index = new PatternIndex();
        for (var i = 0; i < others.Length; i++)
        {
            index.Update(i + ".cs", others[i]);
        }
        return index;
    }

    private static PatternAnswer Ask(PatternIndex index, string marked, PatternRules? rules = null)
    {
        var caret = marked.IndexOf("$$", StringComparison.Ordinal);
        // The tests check the form of suggestions; the evaluation measures their confidence.
        return index.Suggest("caret.cs", new TextAround(marked[..caret], marked[(caret + 2)..]), rules ?? new(MinConfidence: 0.1));
    }
}
