using Assistant.Workspace.Cache;
using Assistant.Workspace.Solutions;

namespace Assistant.Tests.Workspace.Solutions;

public sealed class SolutionFinderTests
{
    [Theory]
    [InlineData("Whole.sln")]
    [InlineData("Whole.slnx")]
    public void A_solution_names_its_projects(string solution)
    {
        using var folder = WorkspaceFolder.Of("whole").Without(solution == "Whole.sln" ? "Whole.slnx" : "Whole.sln", "Half.slnf");
        Check(folder, $"{solution}: App/App.csproj Lib/Lib.csproj Standard/Standard.csproj");
    }

    [Fact]
    public void A_filter_names_projects_relative_to_its_solution()
    {
        using var folder = WorkspaceFolder.Of("whole");
        folder.Write("filters/Half.slnf", """{ "solution": { "path": "..\\Whole.sln", "projects": [ "App\\App.csproj" ] } }""");
        folder.Without("Whole.sln", "Whole.slnx", "Half.slnf");
        Check(folder, "filters/Half.slnf: App/App.csproj");
    }

    [Fact]
    public void Of_one_solution_in_both_formats_the_newer_format_is_taken()
    {
        using var folder = WorkspaceFolder.Of("whole");
        Check(folder, "Whole.slnx: App/App.csproj Lib/Lib.csproj Standard/Standard.csproj");
    }

    [Fact]
    public void Without_a_solution_all_projects_are_taken()
    {
        using var folder = WorkspaceFolder.Of("whole").Without("Whole.sln", "Whole.slnx", "Half.slnf");
        Check(folder, "-: App/App.csproj Lib/Lib.csproj Standard/Standard.csproj");
    }

    [Fact]
    public void A_single_project_is_taken()
    {
        using var folder = WorkspaceFolder.Of("unrestored");
        Check(folder, "Unrestored.csproj: Unrestored.csproj");
    }

    [Fact]
    public void A_folder_without_projects_has_none()
    {
        using var folder = WorkspaceFolder.Of("none");
        Check(folder, "-: ");
    }

    [Fact]
    public void Solutions_in_lower_folders_count_only_without_one_above()
    {
        using var folder = new WorkspaceFolder();
        folder.Write("samples/S.slnx", "<Solution />");
        folder.Write("A.slnx", """<Solution><Project Path="a/A.csproj" /></Solution>""");
        Check(folder, "A.slnx: a/A.csproj");
        Check(folder.Without("A.slnx"), "samples/S.slnx: ");
    }

    [Fact]
    public void The_user_is_asked_about_several_solutions() => CheckTwo( "? A.slnx B.slnx");

    [Fact]
    public void An_open_document_chooses_its_solution() => CheckTwo( "B.slnx: b/B.csproj b/B2.csproj", open: "b/Open.cs");

    [Fact]
    public void An_open_document_outside_of_all_solutions_chooses_none() => CheckTwo( "? A.slnx B.slnx", open: "c/Open.cs");

    [Fact]
    public void The_users_choice_is_taken() => CheckTwo( "A.slnx: a/A.csproj", open: "b/Open.cs", remembered: "A.slnx");

    [Fact]
    public void A_choice_of_a_deleted_solution_is_forgotten() => CheckTwo( "? A.slnx B.slnx", remembered: "Gone.slnx");

    [Fact]
    public void Without_a_user_to_ask_the_largest_solution_is_taken() => CheckTwo( "B.slnx: b/B.csproj b/B2.csproj", mayAsk: false);

    [Theory]
    [InlineData("A.slnx", "<Solution>")]
    [InlineData("A.slnf", "{")]
    [InlineData("A.slnf", "{ \"solution\": 1 }")]
    public void A_damaged_solution_is_a_finding(string name, string text)
    {
        using var folder = new WorkspaceFolder();
        folder.Write(name, text);
        Assert.StartsWith($"{name} cannot be read", SolutionFinder.Find(folder.Root, null, [], mayAsk: true).Problem);
    }

    [Fact]
    public void A_choice_is_remembered_outside_of_the_workspace()
    {
        using var folder = Two();
        new SolutionMemory(folder.Cache).Remember(folder.Root, folder.At("B.slnx"));
        Assert.Equal(folder.At("B.slnx"), new SolutionMemory(folder.Cache).Find(folder.Root));
        Assert.Null(new SolutionMemory(folder.Cache).Find(folder.At("a")));
        File.WriteAllText(Path.Combine(folder.Cache, "solutions.json"), "{ broken");
        Assert.Null(new SolutionMemory(folder.Cache).Find(folder.Root));
    }

    private static void CheckTwo(string expected, string? open = null, string? remembered = null, bool mayAsk = true)
    {
        using var folder = Two();
        Check(folder, expected, open, remembered, mayAsk);
    }

    private static WorkspaceFolder Two()
    {
        var folder = new WorkspaceFolder();
        folder.Write("A.slnx", """<Solution><Project Path="a/A.csproj" /></Solution>""");
        folder.Write("B.slnx", """<Solution><Project Path="b/B.csproj" /><Project Path="b/B2.csproj" /></Solution>""");
        return folder;
    }

    private static void Check(WorkspaceFolder folder, string expected, string? open = null, string? remembered = null, bool mayAsk = true)
    {
        var choice = SolutionFinder.Find(
            folder.Root, remembered is null ? null : folder.At(remembered), open is null ? [] : [folder.At(open)], mayAsk);
        string Short(string path) => Path.GetRelativePath(folder.Root, path).Replace('\\', '/');
        Assert.Null(choice.Problem);
        Assert.Equal(expected, choice.Question is { } question
            ? $"? {string.Join(' ', question.Candidates.Select(Short))}"
            : $"{(choice.Path is null ? "-" : Short(choice.Path))}: {string.Join(' ', choice.Projects.Select(Short))}");
    }
}
