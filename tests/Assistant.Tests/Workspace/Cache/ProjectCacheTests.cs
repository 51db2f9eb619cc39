using Assistant.Workspace.Cache;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Status;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Workspace.Cache;

/// <summary>The changes after which the cache runs msbuild again.</summary>
public sealed class ProjectCacheTests : IDisposable
{
    private readonly WorkspaceFolder folder = WorkspaceFolder.Of("whole");
    private readonly WorkspaceFolder installation = new();
    private int builds;

    private string Entries => Path.Combine(folder.Cache, "projects");

    public ProjectCacheTests()
    {
        installation.Write("sdk/10.0.100/dotnet.dll");
        folder.Write("App/App.csproj", """<Project><Import Project="..\..\shared\Shared.props" /></Project>""");
        folder.Write("App/obj/project.assets.json", "{}");
        folder.Write("App/obj/App.AssemblyInfo.cs");
    }

    [Fact]
    public async Task Nothing_changed() => await CheckAsync(asksAgain: false, () => { });

    [Theory]
    [InlineData("App/App.csproj")]
    [InlineData("Lib/Lib.csproj")]
    [InlineData("Directory.Build.props")]
    [InlineData("../Directory.Packages.props")]
    [InlineData("eng/Some.targets")]
    [InlineData("global.json")]
    [InlineData("nuget.config")]
    [InlineData("App/App.csproj.user")]
    [InlineData("App/obj/project.assets.json")]
    [InlineData("App/obj/App.csproj.nuget.g.props")]
    // The projects import this file from outside of the workspace.
    [InlineData("../shared/Shared.props")]
    public async Task A_changed_project_input_is_built_again(string path) =>
        await CheckAsync(asksAgain: true, () => folder.Write(path, "<Project><!-- changed --></Project>"));

    [Theory]
    [InlineData("App/New.cs")]
    [InlineData("App/.editorconfig")]
    public async Task A_new_source_file_is_built_again(string path) => await CheckAsync(asksAgain: true, () => folder.Write(path));

    [Fact]
    public async Task A_deleted_source_file_is_built_again() => await CheckAsync(asksAgain: true, () => folder.Without("App/Program.cs"));

    [Fact]
    public async Task A_changed_text_of_a_source_file_is_not_built_again() =>
        await CheckAsync(asksAgain: false, () => folder.Write("App/Program.cs", "// other"));

    [Fact]
    public async Task A_project_with_a_new_time_only_is_not_built_again() =>
        await CheckAsync(asksAgain: false, () => File.SetLastWriteTimeUtc(folder.At("App/App.csproj"), new(2020, 1, 1)));

    [Fact]
    public async Task A_new_SDK_builds_again() => await CheckAsync(asksAgain: true, () => installation.Write("sdk/10.0.200/dotnet.dll"));

    [Fact]
    public async Task Deleted_generated_sources_are_built_again() =>
        await CheckAsync(asksAgain: true, () => folder.Without("App/obj/App.AssemblyInfo.cs"));

    [Theory]
    [InlineData("")]
    [InlineData("{ broken")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "Key": "x", "AssetsFiles": [], "Projects": [null], "Findings": [] }""")]
    public async Task A_damaged_entry_is_built_again(string content) =>
        await CheckAsync(asksAgain: true, () => File.WriteAllText(Directory.GetFiles(Entries).Single(), content));

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_no_error()
    {
        File.WriteAllText(folder.Cache, "a file stands where the folder would be");
        Assert.Single((await AskAsync()).Projects);
        Assert.Single((await AskAsync()).Projects);
        Assert.Equal(2, builds);
    }

    /// <summary>The cache once stored the result of a restore that ran during the build as the build's input.</summary>
    [Theory]
    [InlineData("App/App.csproj")]
    [InlineData("App/obj/project.assets.json")]
    [InlineData("App/obj/App.csproj.nuget.g.props")]
    public async Task A_build_with_changes_during_it_is_not_stored(string path)
    {
        await AskAsync(() => folder.Write(path, "<Project><!-- meanwhile --></Project>"));
        await AskAsync();
        Assert.Equal(2, builds);
    }

    [Fact]
    public async Task Two_servers_that_write_one_entry_do_not_damage_it()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskAsync())));
        builds = 0;
        Assert.Equal("App", (await AskAsync()).Projects.Single().AssemblyName);
        Assert.Equal(0, builds);
        Assert.Single(Directory.GetFiles(Entries));
    }

    [Fact]
    public async Task A_write_removes_entries_unused_for_thirty_days_and_those_beyond_the_limit()
    {
        var clock = new FakeClock();
        var now = clock.GetUtcNow().UtcDateTime;
        Old("forgotten.json", 31, bytes: 10);
        Old("left behind.tmp", 31, bytes: 10);
        Old("large and older.json", 3, bytes: 120 << 20);
        Old("large.json", 2, bytes: 120 << 20);
        Old("small.json", 1, bytes: 10);
        await AskAsync(clock: clock);
        var own = Directory.GetFiles(Entries).Except([In("large.json"), In("small.json")]).Single();

        // A read counts as a use of an old entry.
        File.SetLastWriteTimeUtc(own, now.AddDays(-29));
        await AskAsync(clock: clock);
        Assert.Equal(1, builds);
        Assert.Equal(now, File.GetLastWriteTimeUtc(own));

        string In(string name) => Path.Combine(Entries, name);

        void Old(string name, int days, long bytes)
        {
            Directory.CreateDirectory(Entries);
            using (var file = File.Create(In(name)))
            {
                file.SetLength(bytes);
            }
            File.SetLastWriteTimeUtc(In(name), now.AddDays(-days));
        }
    }

    public void Dispose()
    {
        folder.Dispose();
        installation.Dispose();
    }

    private async Task CheckAsync(bool asksAgain, Action change)
    {
        await AskAsync();
        change();
        var built = await AskAsync();
        Assert.Equal(asksAgain ? 2 : 1, builds);
        Assert.Equal(["-define:A;B", "Program.cs", "obj/App.AssemblyInfo.cs"], built.Projects.Single().Arguments);
    }

    private ProjectCache NewCache(TimeProvider? clock) => new(folder.Cache, clock ?? TimeProvider.System, NullLogger.Instance);

    /// <summary>Asks the cache, and counts the builds that it runs.</summary>
    private Task<BuildResult> AskAsync(Action? during = null, TimeProvider? clock = null) => NewCache(clock).GetAsync(
        new(
            new DotnetHost(installation.Root), folder.Root, folder.At("Whole.sln"),
            [folder.At("App/App.csproj"), folder.At("Lib/Lib.csproj")]),
        () =>
        {
            Interlocked.Increment(ref builds);
            during?.Invoke();
            return Task.FromResult(new BuildResult(
                [
                    new(
                        folder.At("App/App.csproj"), "net10.0", [], "App", folder.At("App/obj/project.assets.json"), [],
                        [folder.At("App/bin/App.dll")], ["-define:A;B", "Program.cs", "obj/App.AssemblyInfo.cs"]),
                ],
                [new(FindingKind.NotRestored, "message", Remedy.Restore, null)]));
        },
        new WorkspaceFolder.Heard(),
        default);
}
