using System.Text.RegularExpressions;

namespace Assistant.Tests.House;

/// <summary>Holds that a file or folder that the documents name exists, in backticks as well as in links.</summary>
public sealed partial class DocsTests
{
    /// <summary>The folders at which a path in a document starts: a room is named without `server`, a test without its project.</summary>
    private static readonly string[] Roots = ["", "server", "tests", "tests/Assistant.Tests"];

    /// <summary>Folders at the top that are not part of the repository.</summary>
    private static readonly string[] Built = ["artifacts", "node_modules", ".git"];

    private static readonly HashSet<string> FileNames = [.. SourceFiles().Select(Path.GetFileName).OfType<string>()];

    [Fact]
    public void Every_path_in_the_documents_exists() => Assert.Empty(
        from file in Documents()
        from missing in Missing(File.ReadAllText(file))
        select $"{Path.GetRelativePath(Repository.Root, file)}: {missing}");

    [Fact]
    public void Every_link_between_the_documents_leads_to_a_file() => Assert.Empty(
        from file in Documents()
        from Match link in Link().Matches(File.ReadAllText(file))
        let target = Path.Combine(Path.GetDirectoryName(file)!, link.Groups[1].Value)
        where !File.Exists(target)
        select $"{Path.GetRelativePath(Repository.Root, file)}: {link.Groups[1].Value}");

    [Theory]
    [InlineData("`server/Lsp/LspClient.cs`, `House/DocsTests.cs` and `node scripts/bench.mjs`", null)]
    [InlineData("`Server/OrderedLoop` and `Completion/InlineCompletion.SuggestAsync`", null)]
    [InlineData("`Usage/Records` and `docs/`", null)]
    [InlineData("`assistant/ping`, `/v1/models`, `org/model.gguf`, `artifacts/assistant/assistant`", null)]
    [InlineData("```\ndotnet run --project tests/Assistant.Benchmarks\n```", null)]
    [InlineData("`server/Lsp/NoSuchFile.cs`", "server/Lsp/NoSuchFile.cs")]
    [InlineData("`Completion/NoSuchFile.SuggestAsync`", "Completion/NoSuchFile.SuggestAsync")]
    [InlineData("`Server/NoSuchFolder`", "Server/NoSuchFolder")]
    [InlineData("`NoSuchFile.cs`", "NoSuchFile.cs")]
    [InlineData("```\nnode scripts/no-such-file.mjs\n```", "scripts/no-such-file.mjs")]
    public void A_missing_path_is_found(string text, string? missing) => Assert.Equal(missing, Missing(text).SingleOrDefault());

    private static IEnumerable<string> Documents() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Concat(Directory.GetFiles(Repository.Root, "*.md"));

    private static IEnumerable<string> Missing(string text) =>
        from Match code in Code().Matches(text)
        from word in code.Value.Split(['`', ' ', '\n', '"', ',', '(', ')'], StringSplitOptions.RemoveEmptyEntries)
        where !word.AsSpan().ContainsAny("*<>|…") && !Exists(word)
        select word;

    /// <summary>True also for a word that is no path: only the folders of this repository and C# files are known.</summary>
    private static bool Exists(string word)
    {
        if (!word.Contains('/'))
        {
            return !SourceFile().IsMatch(word) || FileNames.Contains(word);
        }
        var first = word[..word.IndexOf('/')];
        return first.Length == 0 || Built.Contains(first) || !Roots.Any(root => HasFolder(root, first))
            || Roots.Any(root => IsThere(Path.Combine(Repository.Root, root, word)));
    }

    /// <summary>Letter case counts, on every platform.</summary>
    private static bool HasFolder(string root, string name) =>
        Directory.GetDirectories(Path.Combine(Repository.Root, root)).Any(folder => Path.GetFileName(folder) == name);

    /// <summary>A file with or without its ending, a folder, or a member of a type that is named as its file.</summary>
    private static bool IsThere(string path) =>
        Path.Exists(path) || File.Exists(path + ".cs")
        || File.Exists(Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileName(path).Split('.')[0] + ".cs"));

    private static IEnumerable<string> SourceFiles() =>
        new[] { "server", "tests", "extension-vscode/src", "scripts" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories));

    /// <summary>A block between fences, or a span between backticks.</summary>
    [GeneratedRegex("```.*?```|`[^`]+`", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^\w+\.(cs|mjs|ts)$")]
    private static partial Regex SourceFile();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
