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
    public void Continues_what_another_file_says() =>
        Check("class B { void N() { var log = LoggerFactory.$$", "Create(options, settings.Level);", others: [Logger]);

    [Fact]
    public void Completes_a_begun_name() =>
        Check("class B { void N() { var log = LoggerFactory.Cre$$", "ate(options, settings.Level);", others: [Logger]);

    [Fact]
    public void Replaces_the_closers_that_the_editor_put() =>
        Check("class B { void N() { var log = LoggerFactory.Create($$);", "options, settings.Level);", others: [Logger], replaceAfter: 2);

    [Fact]
    public void Puts_names_of_this_place_where_the_pattern_has_its_own() =>
        Check("class D\n{\n    public D(IStore store)\n    {\n        _store = $$", "store;", others:
        [
            "class A\n{\n    public A(IClock clock)\n    {\n        _clock = clock;\n    }\n}",
            "class B\n{\n    public B(IFormat format)\n    {\n        _format = format;\n    }\n}",
            "class C\n{\n    public C(IWriter writer)\n    {\n        _writer = writer;\n    }\n}",
        ]);

    [Fact]
    public void Says_nothing_in_a_string() => Check("var log = \"LoggerFactory.$$", PatternMiss.InTextOrComment, [Logger]);

    [Fact]
    public void Says_nothing_where_code_follows() => Check("var log = LoggerFactory.$$ + 1", PatternMiss.CodeFollows, [Logger]);

    [Fact]
    public void Says_nothing_about_what_was_never_seen() => Check("namespace Q$$", PatternMiss.NotSeen, []);

    [Fact]
    public void Forgets_a_file_that_is_removed()
    {
        var index = Index([Logger]);
        index.Remove("0.cs");
        Assert.NotEqual(PatternMiss.None, Ask(index, "class B { void N() { var log = LoggerFactory.$$").Miss);
    }

    [Fact]
    public void Sees_the_newer_text_of_a_file()
    {
        var index = Index([Logger]);
        index.Update("0.cs", Logger.Replace("Create(options, settings.Level)", "Open(options)", StringComparison.Ordinal));
        Assert.Equal("Open(options);", Ask(index, "class B { void N() { var log = LoggerFactory.$$").Suggestion?.Text);
    }

    private static void Check(string marked, string expected, string[] others, int replaceAfter = 0)
    {
        var answer = Ask(Index(others), marked);
        Assert.Equal(expected, answer.Suggestion?.Text);
        Assert.Equal(replaceAfter, answer.Suggestion?.ReplaceAfter);
    }

    private static void Check(string marked, PatternMiss expected, string[] others) => Assert.Equal(expected, Ask(Index(others), marked).Miss);

    private static PatternIndex Index(string[] others)
    {
        var index = new PatternIndex();
        for (var i = 0; i < others.Length; i++)
        {
            index.Update(i + ".cs", others[i]);
        }
        return index;
    }

    private static PatternAnswer Ask(PatternIndex index, string marked)
    {
        var caret = marked.IndexOf("$$", StringComparison.Ordinal);
        // Shape is tested here, not how sure the model is: that is what the evaluation measures.
        return index.Suggest("caret.cs", new TextAround(marked[..caret], marked[(caret + 2)..]), new PatternRules(LeastConfidence: 0.1));
    }
}
