using Assistant.Workspace.Cache;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Status;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Workspace.Cache;

/// <summary>Whether msbuild is asked again after something has changed.</summary>
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
    // Imported from outside of the workspace.
    [InlineData("../shared/Shared.props")]
    public async Task A_file_that_projects_come_from_changed(string path) => await CheckAsync(asksAgain: true, () => folder.Write(path, "<Project><!-- changed --></Project>"));

    [Theory]
    [InlineData("App/New.cs")]
    [InlineData("App/.editorconfig")]
    public async Task A_file_appeared_that_a_project_takes_up(string path) => await CheckAsync(asksAgain: true, () => folder.Write(path));

    [Fact]
    public async Task A_source_file_vanished() => await CheckAsync(asksAgain: true, () => folder.Without("App/Program.cs"));

    [Fact]
    public async Task The_text_of_a_source_file_changed() => await CheckAsync(asksAgain: false, () => folder.Write("App/Program.cs", "// other"));

    [Fact]
    public async Task A_project_was_only_touched() => await CheckAsync(asksAgain: false, () => File.SetLastWriteTimeUtc(folder.At("App/App.csproj"), new(2020, 1, 1)));

    [Fact]
    public async Task An_SDK_was_installed() => await CheckAsync(asksAgain: true, () => installation.Write("sdk/10.0.200/dotnet.dll"));

    [Fact]
    public async Task Generated_sources_were_cleaned() => await CheckAsync(asksAgain: true, () => folder.Without("App/obj/App.AssemblyInfo.cs"));

    [Theory]
    [InlineData("")]
    [InlineData("{ broken")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "Key": "x", "AssetsFiles": [], "Projects": [null], "Findings": [] }""")]
    public async Task A_broken_entry_is_made_anew(string content) =>
        await CheckAsync(asksAgain: true, () => File.WriteAllText(Directory.GetFiles(Entries).Single(), content));

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_no_fault()
    {
        File.WriteAllText(folder.Cache, "a file stands where the folder would be");
        Assert.Single((await AskAsync()).Projects);
        Assert.Single((await AskAsync()).Projects);
        Assert.Equal(2, builds);
    }

    /// <summary>A restore that ran beside the build was once kept as what came before it.</summary>
    [Theory]
    [InlineData("App/App.csproj")]
    [InlineData("App/obj/project.assets.json")]
    [InlineData("App/obj/App.csproj.nuget.g.props")]
    public async Task What_changed_during_the_build_is_not_kept(string path)
    {
        await AskAsync(() => folder.Write(path, "<Project><!-- meanwhile --></Project>"));
        await AskAsync();
        Assert.Equal(2, builds);
    }

    [Fact]
    public async Task Two_servers_write_one_entry_whole()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskAsync())));
        builds = 0;
        Assert.Equal("App", (await AskAsync()).Projects.Single().AssemblyName);
        Assert.Equal(0, builds);
        Assert.Single(Directory.GetFiles(Entries));
    }

    [Fact]
    public async Task What_was_not_used_for_thirty_days_or_is_too_much_goes_at_the_next_write()
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

        // What is read counts as used, though it was written long ago.
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

    /// <summary>Asks through the cache; behind it stands a build that is counted.</summary>
    private Task<BuildResult> AskAsync(Action? during = null, TimeProvider? clock = null) => new ProjectCache(folder.Cache, clock ?? TimeProvider.System, NullLogger.Instance).GetAsync(
        new(new DotnetHost(installation.Root), folder.Root, folder.At("Whole.sln"), [folder.At("App/App.csproj"), folder.At("Lib/Lib.csproj")]),
        () =>
        {
            Interlocked.Increment(ref builds);
            during?.Invoke();
            return Task.FromResult(new BuildResult(
                [new(folder.At("App/App.csproj"), "net10.0", [], "App", folder.At("App/obj/project.assets.json"), [], [folder.At("App/bin/App.dll")], ["-define:A;B", "Program.cs", "obj/App.AssemblyInfo.cs"])],
                [new(FindingKind.NotRestored, "message", Remedy.Restore, null)]));
        },
        new WorkspaceFolder.Heard(),
        default);
}
