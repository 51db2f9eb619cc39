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
    // Neovim deletes the last line with a range that ends in a line after it.
    [InlineData("a\nb", 1, 0, 2, 0, "a\n")]
    [InlineData("ab", 9, 0, 9, 0, "abx")]
    [InlineData("ab", 0, 0, 1, 0, "x")]
    [InlineData("ab", -1, 0, 0, 0, "xab")]
    [InlineData("ab", 0, -1, 0, 1, "xb")]
    [InlineData("abc", 0, 2, 0, 1, "axc")]
    public void A_range_outside_is_clamped_and_reported(
        string before, int startLine, int startCharacter, int endLine, int endCharacter, string after)
    {
        var text = after.Contains('x') ? "x" : "";
        var update = Opened(before).Change(Uri, 2, [Edit(startLine, startCharacter, endLine, endCharacter, text)]);
        Assert.Contains($"{startLine}:{startCharacter}-{endLine}:{endCharacter}", update.Problem);
        Assert.Equal((after, false), (update.Store.Find(Uri)!.Text.ToString(), update.Store.Find(Uri)!.OutOfSync));
    }

    [Fact]
    public void A_character_beyond_the_line_is_its_end_without_a_report() => Check("ab\nc", version: 2, "abx\nc", Edit(0, 99, 0, 99, "x"));

    [Fact]
    public void A_version_may_repeat() => Check("ab", version: 1, "xab", Edit(0, 0, 0, 0, "x"));

    [Fact]
    public void A_version_that_goes_back_is_reported_and_its_edit_is_applied()
    {
        var update = Opened("ab").Change(Uri, 0, [Edit(0, 0, 0, 0, "x")]);
        Assert.Contains("version 0 came after version 1", update.Problem);
        var document = update.Store.Find(Uri)!;
        Assert.Equal(("xab", 0, false), (document.Text.ToString(), document.Version, document.OutOfSync));
    }

    [Fact]
    public void Out_of_sync_is_ended_by_a_full_text()
    {
        var update = Opened("ab").OutOfSync(Uri).Change(Uri, 3, [Edit(0, 0, 0, 0, "x")]);
        Assert.Equal(("ab", true), (update.Store.Find(Uri)!.Text.ToString(), update.Store.Find(Uri)!.OutOfSync));
        update = update.Store.Change(Uri, 4, [Edit(0, 0, 0, 0, "x"), Full("whole"), Edit(0, 0, 0, 0, "a ")]);
        Assert.Equal(("a whole", false), (update.Store.Find(Uri)!.Text.ToString(), update.Store.Find(Uri)!.OutOfSync));
    }

    [Fact]
    public void Other_documents_stay_in_sync()
    {
        var store = Opened("ab").Open("untitled:Untitled-1", "csharp", 1, "cd").OutOfSync(Uri);
        var other = store.Change("untitled:Untitled-1", 2, [Edit(0, 2, 0, 2, "e")]).Store.Find("untitled:Untitled-1")!;
        Assert.Equal(("cde", null, false), (other.Text.ToString(), other.Path, other.OutOfSync));
    }

    [Fact]
    public void A_document_that_is_not_open_cannot_be_changed_or_closed()
    {
        Assert.Contains("not open", DocumentStore.Empty.Change(Uri, 1, [Full("")]).Problem);
        Assert.Contains("not open", DocumentStore.Empty.Close(Uri).Problem);
    }

    [Fact]
    public void A_document_that_is_opened_again_is_in_sync()
    {
        var store = Opened("ab").OutOfSync(Uri).Close(Uri).Store;
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
        Assert.Null(update.Problem);
        var document = update.Store.Find(Uri)!;
        Assert.Equal((after, version ?? 2, false), (document.Text.ToString(), document.Version, document.OutOfSync));
    }

    private static DocumentStore Opened(string text) => DocumentStore.Empty.Open(Uri, "csharp", 1, text);

    private static DocumentChange Edit(int startLine, int startCharacter, int endLine, int endCharacter, string text) =>
        new(new(startLine, startCharacter, endLine, endCharacter), text);

    private static DocumentChange Full(string text) => new(null, text);
}
