using Assistant.Workspace.Documents;

namespace Assistant.Tests.Workspace.Documents;

public sealed class DocumentStoreTests
{
    private const string Uri = "file:///c%3A/a.cs";

    [Fact]
    public void Edits_of_one_change_apply_in_their_order() =>
        Check("a\r\nb", version: 2, "a\r\nB!b", Edit(1, 0, 1, 0, "B"), Edit(1, 1, 1, 1, "!"));

    [Fact]
    public void A_full_text_replaces_the_document() => Check("a", version: 2, "new!", Full("new"), Edit(0, 3, 0, 3, "!"));

    [Fact]
    public void A_version_may_skip_forwards() => Check("a", version: 17, "ba", Edit(0, 0, 0, 0, "b"));

    [Fact]
    public void A_change_without_a_version_increments_the_version() => Check("a", version: null, "ba", Edit(0, 0, 0, 0, "b"));

    [Fact]
    public void A_surrogate_pair_counts_two_units() => Check("😀x", version: 2, "😀y", Edit(0, 2, 0, 3, "y"));

    [Theory]
    [InlineData(9, 0, 9, 0)]
    [InlineData(0, 0, 1, 0)]
    [InlineData(-1, 0, 0, 0)]
    [InlineData(0, 1, 0, 0)]
    public void A_range_outside_puts_the_document_out_of_sync(int startLine, int startCharacter, int endLine, int endCharacter)
    {
        var update = Opened("ab").Change(
            Uri, 2, [Edit(0, 2, 0, 2, "c"), Edit(startLine, startCharacter, endLine, endCharacter, "x"), Edit(0, 0, 0, 0, "y")]);
        Assert.Contains($"{startLine}:{startCharacter}-{endLine}:{endCharacter}", update.Refusal);
        Assert.True(update.Store.Find(Uri)!.OutOfSync);
        Assert.Equal("abc", update.Store.Find(Uri)!.Text.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void A_version_that_goes_back_puts_the_document_out_of_sync(int version)
    {
        var update = Opened("ab").Change(Uri, version, [Edit(0, 0, 0, 0, "x")]);
        Assert.NotNull(update.Refusal);
        Assert.True(update.Store.Find(Uri)!.OutOfSync);
        Assert.Equal("ab", update.Store.Find(Uri)!.Text.ToString());
    }

    [Fact]
    public void Out_of_sync_is_reported_once_and_ended_by_a_full_text()
    {
        var update = Opened("ab").Change(Uri, 2, [Edit(9, 0, 9, 0, "x")]).Store.Change(Uri, 3, [Edit(0, 0, 0, 0, "x")]);
        Assert.Null(update.Refusal);
        Assert.True(update.Store.Find(Uri)!.OutOfSync);

        update = update.Store.Change(Uri, 4, [Edit(9, 0, 9, 0, "x"), Full("whole"), Edit(0, 0, 0, 0, "a ")]);
        Assert.Null(update.Refusal);
        Assert.False(update.Store.Find(Uri)!.OutOfSync);
        Assert.Equal("a whole", update.Store.Find(Uri)!.Text.ToString());
    }

    [Fact]
    public void Other_documents_stay_in_sync()
    {
        var store = Opened("ab").Open("untitled:Untitled-1", "csharp", 1, "cd").Change(Uri, 2, [Edit(9, 0, 9, 0, "x")]).Store;
        var other = store.Change("untitled:Untitled-1", 2, [Edit(0, 2, 0, 2, "e")]).Store.Find("untitled:Untitled-1")!;
        Assert.Equal(("cde", null, false), (other.Text.ToString(), other.Path, other.OutOfSync));
    }

    [Fact]
    public void A_document_that_is_not_open_cannot_be_changed_or_closed()
    {
        Assert.Contains("not open", DocumentStore.Empty.Change(Uri, 1, [Full("")]).Refusal);
        Assert.Contains("not open", DocumentStore.Empty.Close(Uri).Refusal);
    }

    [Fact]
    public void A_document_that_is_opened_again_is_in_sync()
    {
        var store = Opened("ab").Change(Uri, 2, [Edit(9, 0, 9, 0, "x")]).Store.Close(Uri).Store;
        Assert.Null(store.Find(Uri));
        Assert.False(store.Open(Uri, "csharp", 1, "new").Find(Uri)!.OutOfSync);
    }

    [Fact]
    public void A_store_is_immutable()
    {
        var before = Opened("ab");
        _ = before.Change(Uri, 2, [Full("other")]).Store.Close(Uri);
        Assert.Equal("ab", before.Find(Uri)!.Text.ToString());
    }

    [Fact]
    public void A_byte_order_mark_of_the_client_stays_and_counts() => Check("\uFEFFa", version: 2, "\uFEFFba", Edit(0, 1, 0, 1, "b"));

    private static void Check(string before, int? version, string after, params DocumentChange[] changes)
    {
        var update = Opened(before).Change(Uri, version, changes);
        Assert.Null(update.Refusal);
        var document = update.Store.Find(Uri)!;
        Assert.Equal((after, version ?? 2, false), (document.Text.ToString(), document.Version, document.OutOfSync));
    }

    private static DocumentStore Opened(string text) => DocumentStore.Empty.Open(Uri, "csharp", 1, text);

    private static DocumentChange Edit(int startLine, int startCharacter, int endLine, int endCharacter, string text) =>
        new(new(startLine, startCharacter, endLine, endCharacter), text);

    private static DocumentChange Full(string text) => new(null, text);
}
