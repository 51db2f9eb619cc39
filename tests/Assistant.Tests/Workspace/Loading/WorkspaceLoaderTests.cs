using Assistant.Handlers;
using Assistant.Workspace.Loading;
using Assistant.Workspace.Status;
using Microsoft.CodeAnalysis;

namespace Assistant.Tests.Workspace.Loading;

/// <summary>
/// Loads copies of tests/fixtures/solutions with the real msbuild, and prints a line per project and finding.
/// </summary>
public sealed class WorkspaceLoaderTests
{
    [Fact]
    public async Task A_solution_is_loaded_one_framework_per_project_and_the_others_where_they_are_referenced()
    {
        using var folder = WorkspaceFolder.Of("whole").Without("Half.slnf", "Whole.slnx");
        var heard = new WorkspaceFolder.Heard();
        var loaded = await folder.LoadAsync(progress: heard);
        Assert.Equal("""
            Projects
            App net10.0 [] NotRestored
            Lib net10.0 [netstandard2.0] NotRestored
            Lib netstandard2.0 [net10.0] degraded NotRestored MissingReferences
            Standard netstandard2.0 [] degraded NotRestored MissingReferences
            """, Show(loaded));
        Assert.Contains("Reading 3 projects", heard.Messages);
        Assert.Contains(heard.Messages, message => message.EndsWith("(3 of 3)", StringComparison.Ordinal));

        // Generators run (GeneratedRegex), implicit usings exist, and each project references its own framework.
        Assert.Empty(await ErrorsAsync(loaded, "App"));
        Assert.Empty(await ErrorsAsync(loaded, "Standard"));
        Assert.Equal("net10.0", (await ReferencedAsync(loaded, "App")).TargetFramework);
        Assert.Equal("netstandard2.0", (await ReferencedAsync(loaded, "Standard")).TargetFramework);

        // One button restores all projects.
        var offer = RestoreOffer.Of(loaded)!;
        Assert.Equal(
            "3 projects were not restored, or not without errors, so their packages are not known: App, Lib, Standard.", offer.Message);
        Assert.Equal([folder.At("Whole.sln")], offer.Targets);

        // A second server loads the same from the cache, and starts no process.
        var again = LoadedWorkspace.Nothing;
        await foreach (var level in folder.NewLoader().LoadAsync(folder.Request(), heard, default))
        {
            again = level;
        }
        Assert.Equal(Show(loaded), Show(again));
        Assert.Equal("Projects are unchanged", heard.Messages[^1]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Root, "assistant*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_filter_also_loads_the_projects_that_its_own_reference()
    {
        using var folder = WorkspaceFolder.Of("whole").Without("Whole.slnx");
        folder.Loader.Choose(folder.Root, folder.At("Half.slnf"));
        Assert.Equal("""
            Projects
            App net10.0 [] NotRestored
            Lib net10.0 [netstandard2.0] NotRestored
            ws  [] degraded
            """, Show(await folder.LoadAsync()));
    }

    [Fact]
    public async Task Files_of_projects_that_do_not_load_stay_on_the_framework_level()
    {
        using var folder = WorkspaceFolder.Of("unrestored");
        folder.Write("old/Old.csproj", "<Project><ItemGroup /></Project>");
        folder.Write("old/Old.cs", "class Old { System.Collections.Generic.List<int> numbers; }");
        folder.Write("new/New.csproj", File.ReadAllText(folder.At("Unrestored.csproj")));
        folder.Write("new/Class.cs", File.ReadAllText(folder.At("Class.cs")));
        folder.Without("Unrestored.csproj", "Class.cs");
        var loaded = await folder.LoadAsync();
        Assert.Equal("Projects\nNew net10.0 [] NotRestored\nws  [] degraded\nOldStyleProject None", Show(loaded));
        Assert.Equal([folder.At("new/New.csproj")], RestoreOffer.Of(loaded)!.Targets);
        Assert.Equal(
            [folder.At("old/Old.cs")],
            loaded.Solution.Projects.Single(project => project.Name == "ws").Documents.Select(document => document.FilePath));
        Assert.Empty(await ErrorsAsync(loaded, "ws"));

        // The finding NotRestored has a button.
        Assert.Empty(await folder.Loader.RestoreAsync(folder.At("new/New.csproj"), new WorkspaceFolder.Heard(), default));
        Assert.Equal("Projects\nNew net10.0 []\nws  [] degraded\nOldStyleProject None", Show(await folder.LoadAsync()));
    }

    [Fact]
    public async Task A_generator_of_the_solution_runs_after_its_build()
    {
        using var folder = WorkspaceFolder.Of("generator");
        var loaded = await folder.LoadAsync();
        Assert.Equal("""
            Projects
            App net10.0 [] degraded NotRestored GeneratorNotLoaded
            Gen net10.0 [] NotRestored
            """, Show(loaded));
        Assert.Contains(loaded.Projects[0].Findings, finding => finding.Remedy == Remedy.Restore);

        GeneratorAssembly.Write(folder.At("Gen/bin/Debug/net10.0/Gen.dll"), "Generated", "Gen.dll");
        loaded = await folder.LoadAsync();
        Assert.Empty(await ErrorsAsync(loaded, "App"));
    }

    [Fact]
    public async Task A_folder_without_a_project_has_the_framework_level()
    {
        using var folder = WorkspaceFolder.Of("none");
        var loaded = await folder.LoadAsync();
        Assert.Equal("Framework\nws  []\nNoProject None", Show(loaded).Replace(" degraded", ""));
        Assert.Empty(await ErrorsAsync(loaded, "ws"));
    }

    [Theory]
    [InlineData("broken", "BrokenProject None")]
    [InlineData("oldstyle", "OldStyleProject None")]
    [InlineData("nosdk", "NoSdk InstallSdk")]
    [InlineData("mixed", "UnsupportedFiles None\nUnsupportedFiles None\nNotCSharp None\nBrokenProject None")]
    public async Task A_project_that_cannot_be_loaded_has_a_finding_and_the_framework_level(string fixture, string findings)
    {
        using var folder = WorkspaceFolder.Of(fixture);
        var loaded = await folder.LoadAsync();
        Assert.Equal($"Framework\nws  [] degraded\n{findings}", Show(loaded));
    }

    [Fact]
    public async Task A_missing_SDK_is_a_finding()
    {
        using var folder = WorkspaceFolder.Of("unrestored");
        folder.Write(
            "Unrestored.csproj",
            """<Project Sdk="No.Such.Sdk/1.0.0"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""");
        Assert.Equal("Framework\nws  [] degraded\nNoSdk InstallSdk", Show(await folder.LoadAsync()));
    }

    [Fact]
    public async Task A_missing_dotnet_is_a_finding()
    {
        using var folder = WorkspaceFolder.Of("unrestored");
        var loaded = LoadedWorkspace.Nothing;
        await foreach (var level in folder.NewLoader(() => null).LoadAsync(folder.Request(), new WorkspaceFolder.Heard(), default))
        {
            loaded = level;
        }
        Assert.Equal("Framework\nws  [] degraded\nNoSdk InstallSdk", Show(loaded));
    }

    [Fact]
    public async Task The_user_chooses_between_several_solutions_and_the_choice_is_remembered()
    {
        using var folder = WorkspaceFolder.Of("none");
        folder.Write("A.slnx", "<Solution />");
        folder.Write("B.slnx", "<Solution />");
        var loaded = await folder.LoadAsync(folder.Request(mayAsk: true));
        Assert.Equal(["A.slnx", "B.slnx"], loaded.Question!.Candidates.Select(Path.GetFileName));
        Assert.Contains(loaded.Findings, finding => finding is { Kind: FindingKind.SeveralSolutions, Remedy: Remedy.ChooseSolution });
        folder.Loader.Choose(folder.Root, folder.At("B.slnx"));
        Assert.Null((await folder.LoadAsync(folder.Request(mayAsk: true))).Question);
    }

    [Theory]
    [InlineData("B.slnx", "B.slnx")]
    [InlineData("C.slnx", null, "The setting workspace.solution names C.slnx, which does not exist.")]
    public async Task A_solution_in_the_settings_needs_no_choice(string named, string? taken, string? said = null)
    {
        using var folder = WorkspaceFolder.Of("none");
        folder.Write("A.slnx", "<Solution />");
        folder.Write("B.slnx", "<Solution />");
        var loaded = await folder.LoadAsync(folder.Request(mayAsk: true, solution: named));
        Assert.Equal(taken, loaded.Choices.Select(choice => Path.GetFileName(choice.Path)).Single());
        Assert.Equal(taken is null, loaded.Question is not null);
        Assert.Equal(said, loaded.Findings.FirstOrDefault(finding => finding.Kind == FindingKind.SeveralSolutions)?.Message);
    }

    [Fact]
    public async Task A_cancelled_load_throws()
    {
        using var folder = WorkspaceFolder.Of("whole");
        using var source = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => folder.LoadAsync(
            progress: new WorkspaceFolder.Heard(said =>
            {
                if (said.Message.StartsWith("Reading", StringComparison.Ordinal))
                {
                    source.Cancel();
                }
            }),
            token: source.Token));
    }

    internal static string Show(LoadedWorkspace loaded) => string.Join('\n',
        [
            loaded.Level.ToString(),
            .. loaded.Projects.Select(project =>
                $"{project.Name} {project.TargetFramework} [{string.Join(',', project.OtherFrameworks)}]"
                + (project.Degraded ? " degraded" : "")
                + string.Concat(project.Findings.Select(finding => $" {finding.Kind}"))),
            .. loaded.Findings.Select(finding => $"{finding.Kind} {finding.Remedy}"),
        ]);

    private static async Task<IEnumerable<string>> ErrorsAsync(LoadedWorkspace loaded, string project)
    {
        var compilation = await loaded.Solution.Projects.First(known => known.Name == project).GetCompilationAsync();
        return compilation!.GetDiagnostics()
            // A folder without projects needs no Main.
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Location.IsInSource)
            .Select(diagnostic => diagnostic.ToString());
    }

    private static async Task<ProjectState> ReferencedAsync(LoadedWorkspace loaded, string project)
    {
        await Task.CompletedTask;
        var id = loaded.Solution.Projects.First(known => known.Name == project).ProjectReferences.Single().ProjectId;
        return loaded.Projects.Single(state => state.Id == id);
    }
}
