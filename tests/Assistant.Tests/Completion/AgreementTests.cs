using Assistant.Completion;

namespace Assistant.Tests.Completion;

public sealed class AgreementTests
{
    [Theory]
    [InlineData("", "abc", true)]
    [InlineData("abc", "", true)]
    [InlineData("abc", "ab", true)]
    [InlineData("ab", "abc", true)]
    [InlineData("abd", "abc", false)]
    [InlineData(" + b", "+", true)]
    [InlineData("+ b", " + ", true)]
    [InlineData("{\n    x", "{\n\tx", true)]
    [InlineData("{\r\n  x", "{\n", true)]
    [InlineData("a b", "ab", false)]
    public void One_must_be_a_beginning_of_the_other(string answer, string typed, bool holds) =>
        Assert.Equal(holds, Agreement.Holds(answer, typed));

    [Theory]
    [InlineData("foo(bar);", "foo(", 4)]
    [InlineData("{\n    x;", "{\n        ", 6)]
    [InlineData("foo", "foobar", null)]
    [InlineData("foo", "fox", null)]
    public void The_typed_part_is_counted_in_units_of_the_answer(string answer, string typed, int? consumed) =>
        Assert.Equal(consumed, Agreement.Consumed(answer, typed));
}
