using Assistant.Evaluation;

namespace Assistant.Tests.Evaluation;

public sealed class PatternsEvaluationTests
{
    [Theory]
    [InlineData("Create(options", "Create(options, level); // why", true, false)]
    [InlineData("Create(options, level);", "Create(options, level); // why", true, true)]
    [InlineData("Create( options,level );", "Create(options, level);", true, true)]
    [InlineData("Create(option", "Create(options, level);", false, false)]
    [InlineData("Create(options, level); }", "Create(options, level);", false, true)]
    public void All_of_the_shown_text_must_be_in_the_true_text(string shown, string truth, bool right, bool whole)
    {
        var compared = PatternsEvaluation.Compare(shown, truth);
        Assert.Equal((right, right && whole), (compared.Right, compared.Right && compared.Whole));
    }

    [Fact]
    public void Places_are_those_with_code_to_guess_on_the_line()
    {
        const string Text = "class A\n{\n    int b = new C(\n        d).E;\n}\n";
        Assert.Equal(
            [
                (PlaceKind.LineStart, "class A"), (PlaceKind.LineStart, "int b = new C("), (PlaceKind.AfterEquals, "new C("),
                (PlaceKind.AfterNew, "C("), (PlaceKind.LineStart, "d).E;"), (PlaceKind.AfterDot, "E;"),
            ],
            PatternsPlaces.Of("a.cs", Text).Select(place => (place.Kind, Text[place.Offset..place.LineEnd])));
    }
}
