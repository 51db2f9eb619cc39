using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assistant.Tests.House;

/// <summary>
/// Holds the house's rules about files, lines, names and comments.
/// </summary>
public sealed partial class StyleTests
{
    private const int MaxLines = 400;
    private const int MaxCharacters = 140;

    /// <summary>Folders whose lines are checked, but not their comments.</summary>
    private static readonly string[] CommentsNotYet = ["tests/ModelServerSimulator"];

    private static readonly (string Path, string Text)[] Files = [.. Read("server"), .. Read("tests")];

    [Fact]
    public void No_file_is_longer_than_a_few_screens() => None(LongFiles(Files));

    [Fact]
    public void No_line_is_too_long() => None(LongLines(Files));

    [Fact]
    public void No_two_files_share_a_name() => None(SameNames(Server()));

    [Fact]
    public void No_comment_begins_with_a_clause_as_subject() => None(ClauseComments(Outside(CommentsNotYet)));

    [Fact]
    public void Nothing_is_named_after_a_mere_purpose() => None(VagueNames(Server()));

    [Fact]
    public void A_long_file_is_found()
    {
        (string, string)[] files =
        [
            ("server/Long.cs", string.Concat(Enumerable.Repeat("//\n", MaxLines + 1))),
            ("server/Short.cs", string.Concat(Enumerable.Repeat("//\n", MaxLines))),
        ];
        Assert.Equal(["server/Long.cs: 401 lines"], LongFiles(files));
    }

    [Fact]
    public void A_long_line_is_found()
    {
        var (fits, breaks) = (new string('a', MaxCharacters), new string('a', MaxCharacters + 1));
        Assert.Equal(["server/A.cs:2: 141 characters"], LongLines([("server/A.cs", $"{fits}\r\n{breaks}\r\n")]));
    }

    [Fact]
    public void A_second_file_of_the_same_name_is_found() =>
        Assert.Equal(["Loop.cs"], SameNames([("server/Lsp/Loop.cs", ""), ("server/Server/Loop.cs", ""), ("server/Server/Other.cs", "")]));

    [Theory]
    [InlineData("// What it is.", 1)]
    [InlineData("/// <summary>Who asks.</summary>", 1)]
    [InlineData("/// <summary>\n/// Where it ends,\n/// what it costs.\n/// </summary>", 1)]
    [InlineData("int a; // What it is.", 1)]
    [InlineData("/* What it is. */", 1)]
    [InlineData("/// <summary>Whatever it is.</summary>", 0)]
    [InlineData("// It begins a sentence\n// what goes on here.", 0)]
    [InlineData("// It ends a sentence.\n// What goes on here is a new one.", 1)]
    [InlineData("var text = \"// What it is.\";", 0)]
    public void A_clause_as_subject_is_found(string code, int count) =>
        Assert.Equal(count, ClauseComments([("server/A.cs", code)]).Count());

    [Fact]
    public void A_vague_name_is_found() =>
        Assert.Equal(
            ["server/TextUtils.cs: TextUtils", "server/TextUtils.cs: Inner.LineManager", "server/TextUtils.cs: IHelper"],
            VagueNames([("server/TextUtils.cs", "class Inner { record LineManager; } interface IHelper<T>; class Helped;")]));

    private static void None(IEnumerable<string> breaches)
    {
        var all = breaches.ToArray();
        Assert.True(all.Length == 0, $"{all.Length} breaches:\n{string.Join('\n', all)}");
    }

    private static IEnumerable<string> LongFiles(IEnumerable<(string Path, string Text)> files) =>
        from file in files
        let lines = Lines(file.Text).Length
        where lines > MaxLines
        select $"{file.Path}: {lines} lines";

    private static IEnumerable<string> LongLines(IEnumerable<(string Path, string Text)> files) =>
        from file in files
        from line in Lines(file.Text).Index()
        where line.Item.Length > MaxCharacters
        select $"{file.Path}:{line.Index + 1}: {line.Item.Length} characters";

    private static IEnumerable<string> SameNames(IEnumerable<(string Path, string Text)> files) =>
        files.GroupBy(file => Path.GetFileName(file.Path), StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1).Select(group => group.Key);

    private static IEnumerable<string> ClauseComments(IEnumerable<(string Path, string Text)> files) =>
        from file in files
        from comment in Comments(file.Text)
        where FirstWord().IsMatch(comment)
        select $"{file.Path}: {comment}";

    private static IEnumerable<string> VagueNames(IEnumerable<(string Path, string Text)> files) =>
        from file in files
        from name in Types(CSharpSyntaxTree.ParseText(file.Text).GetRoot()).Prepend(Path.GetFileNameWithoutExtension(file.Path))
        where VagueName().IsMatch(name)
        select $"{file.Path}: {name}";

    private static IEnumerable<string> Types(SyntaxNode root) =>
        root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Select(type =>
            string.Join('.', type.AncestorsAndSelf().OfType<BaseTypeDeclarationSyntax>().Reverse().Select(outer => outer.Identifier.Text)));

    /// <summary>The lines of all comments.</summary>
    private static IEnumerable<string> Comments(string text) =>
        from trivia in CSharpSyntaxTree.ParseText(text).GetRoot().DescendantTrivia()
        where trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
            or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia
        from line in Lines(trivia.ToFullString())
        select line.Trim();

    private static IEnumerable<(string Path, string Text)> Server() => Inside("server");

    private static IEnumerable<(string Path, string Text)> Inside(string place) =>
        Files.Where(file => file.Path == place || file.Path.StartsWith($"{place}/", StringComparison.Ordinal));

    private static IEnumerable<(string Path, string Text)> Outside(IEnumerable<string> places) => Files.Except(places.SelectMany(Inside));

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private static IEnumerable<(string Path, string Text)> Read(string folder) =>
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
        where !Foreign().IsMatch(path)
        select (path, File.ReadAllText(file));

    /// <summary>Folders with foreign code (fixtures) or generated code (bin, obj, node_modules).</summary>
    [GeneratedRegex("/(fixtures|bin|obj|node_modules)/")]
    private static partial Regex Foreign();

    /// <summary>The first word of a comment that starts a clause as subject.</summary>
    [GeneratedRegex(@"^[/*\s]*(<summary>\s*)?(What|Who|Where|That)\b")]
    private static partial Regex FirstWord();

    [GeneratedRegex(@"(Utils?|Manager|Helpers?)$")]
    private static partial Regex VagueName();
}
