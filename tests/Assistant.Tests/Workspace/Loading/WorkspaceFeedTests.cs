using System.Threading.Channels;
using Assistant.Workspace.Files;
using Assistant.Workspace.Loading;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Status;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Workspace.Loading;

public sealed class WorkspaceFeedTests : IAsyncLifetime
{
    private readonly WorkspaceFolder folder = WorkspaceFolder.Of("none");
    private readonly Channel<LoadedWorkspace> published = Channel.CreateUnbounded<LoadedWorkspace>();
    // The time covers five runs of msbuild on a busy machine.
    private readonly CancellationTokenSource stop = new(TimeSpan.FromMinutes(3));
    private readonly WorkspaceFeed feed;
    private Task running = Task.CompletedTask;

    public WorkspaceFeedTests() => feed = new(
        folder.Loader, (loaded, token) => published.Writer.WriteAsync(loaded, token), new ReadingHeard(this), TimeProvider.System,
        NullLogger.Instance);

    [Fact]
    public async Task A_batch_of_files_publishes_one_value()
    {
        var (slow, run) = OnClock();
        slow.Request(folder.Request(trusted: false));
        Assert.Equal(2, Files(await NextAsync()));
        slow.Changed(Enumerable.Range(0, 3000).Select(number => new FileChange(folder.Write($"many/File{number}.cs"))).ToList());
        await QuietAsync();
        slow.Changed([new(folder.Write("One.cs"))]);
        clock.Advance(Quiet);
        await QuietAsync();
        clock.Advance(Quiet);
        Assert.Equal(3003, Files(await NextAsync()));
        await slow.Settled.WaitAsync(stop.Token);
        Assert.False(published.Reader.TryPeek(out _));
        Assert.False(run.IsCompleted);
    }

    [Fact]
    public async Task It_is_settled_when_all_reported_files_are_published()
    {
        var (slow, _) = OnClock();
        Assert.False(slow.Settled.IsCompleted);
        slow.Request(folder.Request(trusted: false));
        await slow.Settled.WaitAsync(stop.Token);
        Assert.Equal(2, Files(await NextAsync()));
        slow.Changed([new(folder.Write("One.cs"))]);
        Assert.False(slow.Settled.IsCompleted);
        await QuietAsync();
        // The user cancels the load; the reported files are not lost.
        var again = clock.WhenSetAsync(Quiet);
        slow.GiveUp();
        await again.WaitAsync(stop.Token);
        Assert.False(slow.Settled.IsCompleted);
        clock.Advance(Quiet);
        await slow.Settled.WaitAsync(stop.Token);
        Assert.Equal(3, Files(await NextAsync()));
    }

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    private readonly FakeClock clock = new();

    /// <summary>A feed whose batches end when the test says so.</summary>
    private (WorkspaceFeed Feed, Task Running) OnClock()
    {
        var slow = new WorkspaceFeed(
            folder.Loader, (loaded, token) => published.Writer.WriteAsync(loaded, token), new WorkspaceFolder.Heard(), clock,
            NullLogger.Instance);
        return (slow, slow.RunAsync(stop.Token));
    }

    /// <summary>Ends when a batch waits for quiet.</summary>
    private Task QuietAsync() => clock.WhenTimersAsync(1);

    [Fact]
    public async Task A_load_works_after_one_that_failed()
    {
        var loader = folder.NewLoader(() => fails ? throw new IOException("the disk fails") : DotnetHost.Find());
        var other = new WorkspaceFeed(
            loader, (loaded, token) => published.Writer.WriteAsync(loaded, token), new WorkspaceFolder.Heard(), TimeProvider.System,
            new FailureHeard(() =>
        {
            fails = false;
            failed.TrySetResult();
        }));
        var run = other.RunAsync(stop.Token);
        other.Request(folder.Request(trusted: false));
        await failed.Task.WaitAsync(stop.Token);
        other.Request(folder.Request(trusted: false));
        Assert.Equal(2, Files(await NextAsync()));
        Assert.False(run.IsCompleted);
    }

    private readonly TaskCompletionSource failed = new();
    private volatile bool fails = true;

    private sealed class FailureHeard(Action heard) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is IOException)
            {
                heard();
            }
        }
    }

    [Fact]
    public async Task A_newer_request_replaces_the_older_one()
    {
        using var other = WorkspaceFolder.Of("none").Without("Other.cs");
        feed.Request(folder.Request(trusted: false));
        feed.Request(other.Request(trusted: false));
        var last = await NextAsync();
        while (Files(last) != 1)
        {
            last = await NextAsync();
        }
        Assert.Equal(other.Root, last.Projects.Single().Path);
    }

    [Fact]
    public async Task Trust_that_is_given_later_loads_the_projects_and_a_changed_project_is_read_again()
    {
        folder.Write(
            "None.csproj",
            """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""");
        feed.Request(folder.Request(trusted: false));
        Assert.Equal(FindingKind.NotTrusted, Assert.Single((await NextAsync()).Findings).Kind);
        feed.Request(folder.Request(trusted: true));
        Assert.Equal(LoadLevel.Framework, (await NextAsync()).Level);
        Assert.Equal("None", (await NextAsync()).Projects.Single().Name);

        // During the load the level does not fall to the framework's.
        WriteProject("Other");
        feed.Changed([new(folder.At("None.csproj"))]);
        var loaded = await NextAsync();
        Assert.Equal((LoadLevel.Projects, "Other"), (loaded.Level, loaded.Solution.Projects.Single().AssemblyName));

        // The project file is unchanged: the projects stay, and the new file is read.
        feed.Changed([new(folder.At("None.csproj")), new(folder.Write("Other.cs", "namespace None; class Other;"))]);
        Assert.Equal(loaded.Projects, (await NextAsync()).Projects);

        // A new request does not lower the level either.
        WriteProject("Third");
        feed.Request(folder.Request(trusted: true));
        loaded = await NextAsync();
        Assert.Equal((LoadLevel.Projects, "Third"), (loaded.Level, loaded.Solution.Projects.Single().AssemblyName));

        // The load is cancelled while msbuild runs: the projects stay, and the new file beside the project counts.
        WriteProject("Fourth");
        whenReading = feed.GiveUp;
        feed.Changed([new(folder.At("None.csproj")), new(folder.Write("Late.cs", "namespace None; class Late;"))]);
        var files = Files(loaded);
        loaded = await NextAsync();
        Assert.Equal(
            (LoadLevel.Projects, "Third", files + 1), (loaded.Level, loaded.Solution.Projects.Single().AssemblyName, Files(loaded)));
    }

    private Action whenReading = () => { };

    private sealed class ReadingHeard(WorkspaceFeedTests tests) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value)
        {
            if (value.Message.StartsWith("Reading", StringComparison.Ordinal))
            {
                tests.whenReading();
            }
        }
    }

    [Fact]
    public async Task Changes_that_the_watcher_reports_arrive()
    {
        feed.Request(folder.Request(trusted: false));
        await NextAsync();
        using var watcher = new FolderWatcher([folder.Root], feed.Changed);
        folder.Write("New.cs");
        Assert.Equal(3, Files(await NextAsync()));
        folder.Without("New.cs");
        // The creation and the writing of the file are two events, and may be two batches.
        while (Files(await NextAsync()) != 2)
        {
        }
    }

    public ValueTask InitializeAsync()
    {
        running = feed.RunAsync(stop.Token);
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        stop.Dispose();
        folder.Dispose();
    }

    private async Task<LoadedWorkspace> NextAsync() => await published.Reader.ReadAsync(stop.Token);

    private void WriteProject(string assembly) => folder.Write(
        "None.csproj",
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework><AssemblyName>{assembly}</AssemblyName></PropertyGroup>
        </Project>
        """);

    private static int Files(LoadedWorkspace loaded) =>
        loaded.Solution.Projects.Single().Documents.Count(document => document.FilePath is not null);
}
