using Assistant.Basics;
using Assistant.FileAccess;

namespace Assistant.Tests.FileAccess;

public sealed class IgnoreFilesTests : IDisposable
{
    private static readonly string[] Names = ["a", "b", "ab", "a.cs", "b.cs", "x y", "#c", "!d", "A", "ö", "a[1]", "foo", "bar"];

    private static readonly string[] Parts =
    [
        "a", "b", "*", "**", "?", "[ab]", "[!a]", "[a-c]", "a*", "*.cs", "foo", "bar", "\\#c", "#c", "\\!d", "!d", "x y", "a\\*",
        "[[:alpha:]]", "**b", "a**", "[]a]", "a.cs ",
        " a", "a\\ ", "ö", "A", "\\a", "***", "[^a]", "[a", "[", "a\\[1]", "[[:x:]]", "[a-]", "[\\]]",
    ];

    private readonly GitFolder git = new();
    private readonly IgnoreFiles files = new(PathRules.OfLinux);

    [Fact]
    public void Git_agrees_about_random_rules_and_paths()
    {
        var random = new Random(1);
        for (var run = 0; run < 100; run++)
        {
            var rules = new Dictionary<string, string>
            {
                [".gitignore"] = RandomFile(random),
                [$"{Names[random.Next(Names.Length)]}/.gitignore"] = RandomFile(random),
                [$"{Names[random.Next(2)]}/{Names[random.Next(2)]}/.gitignore"] = RandomFile(random),
                [".git/info/exclude"] = RandomFile(random),
            };
            foreach (var (path, text) in rules)
            {
                git.Write(path, text);
            }
            var paths = Enumerable.Range(0, 60).Select(_ => Random(random, Names, 4)).Distinct()
                // Git checks on disk whether a path is a folder.
                .Where(path => !Directory.Exists(Path.Combine(git.Root, path))).ToList();
            Check(paths, string.Join('\n', rules.Select(file => $"{file.Key}: {file.Value.Replace("\n", " | ")}")));
            foreach (var path in rules.Keys)
            {
                File.Delete(Path.Combine(git.Root, path));
            }
        }
    }

    [Fact]
    public void No_rule_readmits_a_file_below_an_ignored_folder()
    {
        git.Write(".gitignore", "/out\n*.log\n!keep.log\n/*.tmp\r\n");
        git.Write("out/.gitignore", "!*");
        git.Write("sub/.gitignore", "keep.log\n!b.tmp");
        Check(["out/a.cs", "a.log", "keep.log", "sub/keep.log", "sub/other.log", "a.tmp", "sub/a.tmp", "sub/b.tmp"], "");
        Assert.True(Ignores("out/a.cs"));
        Assert.False(Ignores("keep.log"));
    }

    [Fact]
    public void A_changed_file_is_read_again_and_a_removed_one_forgotten()
    {
        Assert.False(Ignores("a.cs"));
        git.Write(".gitignore", "*.cs");
        Assert.True(Ignores("a.cs"));
        git.Write(".gitignore", "*.txt\n");
        Assert.False(Ignores("a.cs"));
        File.Delete(Path.Combine(git.Root, ".gitignore"));
        Assert.False(Ignores("a.txt"));
    }

    [Fact]
    public void The_rules_above_a_workspace_folder_count_unless_they_ignore_the_folder_itself()
    {
        git.Write(".gitignore", "*.log\n/scratch/\n");
        git.Write("src/a.log", "");
        git.Write("scratch/.gitignore", "*.tmp");
        Assert.True(files.Ignores(Path.Combine(git.Root, "src"), Path.Combine(git.Root, "src/a.log")));
        Assert.False(files.Ignores(Path.Combine(git.Root, "scratch"), Path.Combine(git.Root, "scratch/a.cs")));
        Assert.True(files.Ignores(Path.Combine(git.Root, "scratch"), Path.Combine(git.Root, "scratch/a.tmp")));
    }

    [Fact]
    public void A_worktree_has_the_repositorys_exclude_file_and_an_inner_repository_its_own_rules()
    {
        git.Write(".git/info/exclude", "*.secret");
        git.Write(".git/worktrees/w/commondir", "../..\n");
        git.Write("w/.git", $"gitdir: {git.Root}/.git/worktrees/w\n");
        git.Write("w/a.secret", "");
        var worktree = Path.Combine(git.Root, "w");
        Assert.True(files.Ignores(worktree, Path.Combine(worktree, "a.secret")));

        git.Write(".gitignore", "*.log");
        Directory.CreateDirectory(Path.Combine(git.Root, "inner", ".git"));
        Assert.False(Ignores("inner/a.log"));
        Assert.True(Ignores("other/a.log"));
    }

    [Fact]
    public void Without_a_repository_the_ignore_files_of_the_folder_hold()
    {
        Directory.Delete(Path.Combine(git.Root, ".git"), recursive: true);
        git.Write(".gitignore", "/a.cs");
        Assert.True(Ignores("a.cs"));
        Assert.False(Ignores("b.cs"));
    }

    [Fact]
    public void A_link_in_the_place_of_an_ignore_file_is_not_followed_and_one_that_is_too_long_is_an_error()
    {
        git.Write("rules", "*.cs");
        File.CreateSymbolicLink(Path.Combine(git.Root, ".gitignore"), Path.Combine(git.Root, "rules"));
        Assert.False(Ignores("a.cs"));
        git.Write("sub/.gitignore", new string('#', 2 << 20));
        Assert.Throws<IOException>(() => Ignores("sub/a.cs"));
    }

    public void Dispose() => git.Dispose();

    private bool Ignores(string path) => files.Ignores(git.Root, Path.Combine(git.Root, path));

    private void Check(IReadOnlyList<string> paths, string rules)
    {
        var expected = git.Ignored(paths);
        Assert.Equal((rules, Said(expected.Contains)), (rules, Said(Ignores)));

        string Said(Func<string, bool> ignored) => string.Join('\n', paths.Where(ignored));
    }

    private static string RandomFile(Random random)
    {
        var lines = Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
            Sometimes("!") + Sometimes("/") + Random(random, Parts, 3) + Sometimes("/"));
        return string.Join(random.Next(4) == 0 ? "\r\n" : "\n", lines) + (random.Next(2) == 0 ? "\n" : "");

        string Sometimes(string text) => random.Next(4) == 0 ? text : "";
    }

    private static string Random(Random random, string[] names, int most) =>
        string.Join('/', Enumerable.Range(0, random.Next(1, most)).Select(_ => names[random.Next(names.Length)]));
}
