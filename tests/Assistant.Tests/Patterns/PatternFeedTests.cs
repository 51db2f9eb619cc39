using Assistant.Basics;
using Assistant.Patterns;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Patterns;

public sealed class PatternFeedTests
{
    private const string Statement = "class A { void M(IStore store) { var customer = store.FindCustomerById(id).OrderBy(each => each.Name).First(); } }";

    [Fact]
    public async Task It_is_idle_only_when_what_is_still_listed_is_read_too()
    {
        var index = new PatternIndex();
        await using var feed = new PatternFeed(index, NullLogger.Instance);
        using var listed = new ManualResetEventSlim();
        _ = feed.PostFiles(() =>
        {
            listed.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            return [];
        });
        feed.Post("A.cs", () => Statement);
        Assert.False(feed.Idle.IsCompleted);
        listed.Set();
        await feed.Idle.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(Knows(index));
    }

    [Fact]
    public async Task It_is_not_idle_while_a_file_is_being_read_and_a_list_ends()
    {
        await using var feed = new PatternFeed(new PatternIndex(), NullLogger.Instance);
        var reads = new TaskCompletionSource();
        using var goOn = new ManualResetEventSlim();
        feed.Post("A.cs", () =>
        {
            reads.SetResult();
            goOn.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            return Statement;
        });
        await reads.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        await feed.PostFiles(() => []);
        Assert.False(feed.Idle.IsCompleted);
        goOn.Set();
        await feed.Idle.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Files_that_are_taken_out_are_known_no_more()
    {
        var index = new PatternIndex();
        await using var feed = new PatternFeed(index, NullLogger.Instance);
        feed.Post("A.cs", () => Statement);
        _ = feed.RemoveFiles(() => ["A.cs"]);
        await feed.Idle.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(Knows(index));
    }

    [Fact]
    public async Task A_folder_that_fails_while_it_is_listed_ends_the_wait()
    {
        await using var feed = new PatternFeed(new PatternIndex(), NullLogger.Instance);
        _ = feed.PostFiles(() => throw new IOException("gone"));
        await feed.Idle.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private static bool Knows(PatternIndex index) =>
        index.Suggest("B.cs", new TextAround("class B { void M(IStore store) { var customer = store.", "; } }"), new PatternRules(MultiLine: true, MaxLines: 12)).Suggestion is not null;
}
