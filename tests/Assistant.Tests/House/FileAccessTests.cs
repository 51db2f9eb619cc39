using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assistant.Tests.House;

/// <summary>
/// Features and Prompts do not open files: <c>FileAccess</c> reads for prompts, <c>Workspace</c> loads the solution. Features and Prompts
/// do not make a policy or a prompt window of their own either.
/// </summary>
public sealed class FileAccessTests
{
    private static readonly string[] Rooms =
        ["Context", "Prompts", "Completion", "Chat", "Tools", "Edits", "Refactorings", "Actions", "Mcp"];

    private static readonly string[] FileTypes =
    [
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo",
        "System.IO.RandomAccess", "System.IO.FileSystemInfo", "System.IO.MemoryMappedFiles.MemoryMappedFile",
        "System.IO.Enumeration.FileSystemEnumerable<TResult>", "System.IO.StreamReader", "System.IO.StreamWriter",
        "Assistant.Basics.PlainFile",
    ];

    [Fact]
    public void Features_do_not_open_files() => Assert.Empty(Breaches(SymbolUses.ServerFiles()));

    [Theory]
    [InlineData("class A { string Read(string path) => File.ReadAllText(path); }", "File.ReadAllText")]
    [InlineData("class A { object Open(string path) => new FileStream(path, FileMode.Open); }", "FileStream")]
    [InlineData("class A { object Open(string path) { FileStream s = new(path, FileMode.Open); return s; } }", "FileStream")]
    [InlineData("class A { object Open(string path) => new StreamReader(path); }", "StreamReader")]
    [InlineData("class A { object All(string path) => Directory.EnumerateFiles(path); }", "Directory.EnumerateFiles")]
    public void A_breach_is_found_in_each_room(string text, string breach)
    {
        Assert.Equal(
            Rooms.Order(StringComparer.Ordinal).Select(room => $"{room}/Sub/A.cs: {breach}"),
            Breaches(Rooms.Append("Workspace").Select(room => ($"{room}/Sub/A.cs", $"namespace Assistant.{room}; {text}"))));
    }

    [Theory]
    [InlineData(
        "Tools/A.cs",
        "using static System.IO.File; namespace Assistant.Tools; class A { object Open(string path) => OpenRead(path); }",
        "File.OpenRead")]
    [InlineData(
        "Prompts/A.cs",
        "using F = System.IO.File; namespace Assistant.Prompts; class A { object Read(string path) => F.ReadAllBytes(path); }",
        "File.ReadAllBytes")]
    [InlineData(
        "Chat/A.cs",
        "namespace Assistant.FileAccess { class FileAccessPolicy { public static object Of() => 1; } } "
        + "namespace Assistant.Chat { class A { object Own() => Assistant.FileAccess.FileAccessPolicy.Of(); } }",
        "FileAccessPolicy.Of")]
    [InlineData(
        "Completion/A.cs",
        "namespace Assistant.Prompts { record PromptWindow(string Prefix); } "
        + "namespace Assistant.Completion { class A { object Raw() => new Assistant.Prompts.PromptWindow(\"text\"); } }",
        "PromptWindow")]
    public void A_breach_is_found(string path, string text, string breach) =>
        Assert.Equal([$"{path}: {breach}"], Breaches([(path, text)]));

    [Fact]
    public void Names_of_files_and_text_in_memory_are_no_breach() => Assert.Empty(Breaches(
        [("Chat/A.cs", "class A { string Name(string path) => Path.GetFileName(path); object Text() => new StringReader(\"\"); }")]));

    private static List<string> Breaches(IEnumerable<(string Path, string Text)> files)
    {
        var compilation = SymbolUses.Compile(files);
        var breaches = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var tree in compilation.SyntaxTrees.Where(tree => Rooms.Contains(tree.FilePath.Split('/')[0])))
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var node in tree.GetRoot().DescendantNodes())
            {
                if (node is not (SimpleNameSyntax or BaseObjectCreationExpressionSyntax))
                {
                    continue;
                }
                var info = model.GetSymbolInfo(node);
                foreach (var symbol in info.Symbol is { } found ? [found] : info.CandidateSymbols)
                {
                    if (IsBreach(symbol, tree.FilePath.Split('/')[0]))
                    {
                        var type = symbol.ContainingType.Name;
                        breaches.Add($"{tree.FilePath}: {type}{(IsConstructor(symbol) ? "" : "." + symbol.Name)}");
                    }
                }
            }
        }
        return [.. breaches];
    }

    /// <summary>
    /// A member of a type that opens files, a maker of a policy, or the constructor of a prompt window outside of its room.
    /// </summary>
    private static bool IsBreach(ISymbol symbol, string room) =>
        symbol is IMethodSymbol or IPropertySymbol
        && symbol.ContainingType?.OriginalDefinition.ToDisplayString() is { } type
        && (FileTypes.Contains(type)
            || (type == "Assistant.FileAccess.FileAccessPolicy" && symbol.Name is ("Of" or "With"))
            || (type == "Assistant.Prompts.PromptWindow" && room != "Prompts" && IsConstructor(symbol)));

    private static bool IsConstructor(ISymbol symbol) => symbol is IMethodSymbol { MethodKind: MethodKind.Constructor };
}
