using Assistant.Completion;

namespace Assistant.Tests.Completion;

public sealed class KnownAnswersTests
{
    private static readonly SuggestionSource Source = new(Engine.Patterns, null, null, null, null, []);

    [Fact]
    public void Known_answers_hold_no_more_text_than_a_few_documents()
    {
        var known = KnownAnswers.Empty;
        for (var i = 0; i < 20; i++)
        {
            known = known.With(Answer(new string('a', 1_000_000), $"{i}", "b"), askedBy: null);
        }
        Assert.Equal(["19", "18", "17", "16"], known.All.Select(answer => answer.Candidate.Origin.After));
    }

    [Fact]
    public void Forty_answers_are_kept_the_newest_first()
    {
        var known = KnownAnswers.Empty;
        for (var i = 0; i < 50; i++)
        {
            known = known.With(Answer("a", "c", $"{i}"), askedBy: null);
        }
        Assert.Equal(Enumerable.Range(10, 40).Reverse().Select(i => $"{i}"), known.All.Select(answer => answer.Candidate.Text));
    }

    [Fact]
    public void The_same_answer_is_kept_once_and_moves_to_the_front()
    {
        var known = KnownAnswers.Empty.With(Answer("a", "c", "one"), 1).With(Answer("a", "c", "two"), 2).With(Answer("a", "c", "one"), 3);
        Assert.Equal([("one", 3L), ("two", 2L)], known.All.Select(answer => (answer.Candidate.Text, answer.AskedBy!.Value)));
    }

    private static ShapedCandidate Answer(string before, string after, string text) =>
        new(new AnswerOrigin("u", before, after), Source, text, 0);
}
