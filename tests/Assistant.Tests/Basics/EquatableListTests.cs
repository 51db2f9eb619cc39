using Assistant.Basics;

namespace Assistant.Tests.Basics;

public sealed class EquatableListTests
{
    [Fact]
    public void Lists_are_equal_by_their_elements_in_order()
    {
        EquatableList<string> list = ["a", "b"];
        Assert.Equal(list, (EquatableList<string>)["a", "b"]);
        Assert.Equal(list.GetHashCode(), ((EquatableList<string>)["a", "b"]).GetHashCode());
        Assert.False(list.Equals((EquatableList<string>)["b", "a"]));
        Assert.False(list.Equals((EquatableList<string>)["a"]));
        Assert.False(list.Equals(null));
    }
}
