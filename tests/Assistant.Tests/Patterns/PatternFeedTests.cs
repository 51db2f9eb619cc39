using Assistant.Basics;
using Assistant.Patterns;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Patterns;

public sealed class PatternFeedTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private const string Statement =
        "class A { void M(IStore store) { var customer = store.FindCustomerById(id).OrderBy(each => each.Name).First(); } }";

    [Fact]
    public async Task It_is_idle_after_all_listed_files_are_read()
    {
        var index = new PatternIndex();
        await using var feed = new PatternFeed(index, NullLogger.Instance);
        using var listed = new ManualResetEventSlim();
        _ = feed.PostFiles(() =>
        {
            listed.Wait(Guard, TestContext.Current.CancellationToken);
            return [];
        });
        feed.Post("A.cs", () => Statement);
        Assert.False(feed.Idle.IsCompleted);
        listed.Set();
        await IdleAsync(feed);
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
            goOn.Wait(Guard, TestContext.Current.CancellationToken);
            return Statement;
        });
        await reads.Task.WaitAsync(Guard, TimeProvider.System, TestContext.Current.CancellationToken);
        await feed.PostFiles(() => []);
        Assert.False(feed.Idle.IsCompleted);
        goOn.Set();
        await IdleAsync(feed);
    }

    [Fact]
    public async Task Removed_files_leave_the_index()
    {
        var index = new PatternIndex();
        await using var feed = new PatternFeed(index, NullLogger.Instance);
        feed.Post("A.cs", () => Statement);
        _ = feed.RemoveFiles(() => ["A.cs"]);
        await IdleAsync(feed);
        Assert.False(Knows(index));
    }

    [Fact]
    public async Task A_folder_that_fails_while_it_is_listed_ends_the_wait()
    {
        await using var feed = new PatternFeed(new PatternIndex(), NullLogger.Instance);
        _ = feed.PostFiles(() => throw new IOException("gone"));
        await IdleAsync(feed);
    }

    [Fact]
    public async Task Files_that_wait_at_the_disposal_are_not_read()
    {
        var feed = new PatternFeed(new PatternIndex(), NullLogger.Instance);
        var reads = new TaskCompletionSource();
        using var goOn = new ManualResetEventSlim();
        var others = 0;
        feed.Post("A.cs", () =>
        {
            reads.SetResult();
            goOn.Wait(Guard, TestContext.Current.CancellationToken);
            return Statement;
        });
        feed.Post("B.cs", () => $"{Interlocked.Increment(ref others)}");
        await reads.Task.WaitAsync(Guard, TimeProvider.System, TestContext.Current.CancellationToken);
        var closing = feed.DisposeAsync();
        goOn.Set();
        await closing.AsTask().WaitAsync(Guard, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(0, others);
    }

    private static Task IdleAsync(PatternFeed feed) =>
        feed.Idle.WaitAsync(Guard, TimeProvider.System, TestContext.Current.CancellationToken);

    private static bool Knows(PatternIndex index) =>
        index.Suggest(
            "B.cs", new TextAround("class B { void M(IStore store) { var customer = store.", "; } }"),
            new PatternRules(MultiLine: true, MaxLines: 12)).Suggestion is not null;
}
