using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assistant.Tests.House;

/// <summary>One use of a symbol of <c>server/</c>.</summary>
/// <param name="Path">The file that uses it, relative to <c>server/</c>, with slashes.</param>
/// <param name="Namespace">The namespace of the symbol, below <c>Assistant</c>: <c>Lsp.Protocol</c>; empty at the top.</param>
/// <param name="Name">The symbol's name as the file spells it.</param>
internal sealed record SymbolUse(string Path, string Namespace, string Name);

/// <summary>Every use of a symbol of <c>server/</c> by a file of <c>server/</c>, as the compiler binds it.</summary>
internal static class SymbolUses
{
    private const string Root = "Assistant";

    private static readonly Lazy<SymbolUse[]> Server = new(() => [.. Of(ServerFiles())]);

    /// <summary>The uses within the real server; bound once for all tests.</summary>
    public static IReadOnlyList<SymbolUse> OfServer => Server.Value;

    public static IEnumerable<SymbolUse> Of(IEnumerable<(string Path, string Text)> files)
    {
        var compilation = Compile(files);
        return
            from tree in compilation.SyntaxTrees
            let model = compilation.GetSemanticModel(tree)
            from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            let info = model.GetSymbolInfo(name)
            from symbol in info.Symbol is { } found ? [found] : info.CandidateSymbols
            where symbol is not INamespaceSymbol
            let space = symbol.ContainingNamespace?.ToDisplayString() ?? ""
            where space == Root || space.StartsWith(Root + ".", StringComparison.Ordinal)
            select new SymbolUse(tree.FilePath, space.Length == Root.Length ? "" : space[(Root.Length + 1)..], name.Identifier.Text);
    }

    /// <summary>The files as one assembly, with the implicit usings of the SDK in a tree without a path.</summary>
    public static CSharpCompilation Compile(IEnumerable<(string Path, string Text)> files)
    {
        var implicitUsings = CSharpSyntaxTree.ParseText(
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
            + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;", path: "");
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(file.Text, path: file.Path.Replace('\\', '/')));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != "assistant.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
        return CSharpCompilation.Create("server", [implicitUsings, .. trees], references);
    }

    public static IEnumerable<(string Path, string Text)> ServerFiles()
    {
        var server = Path.Combine(Repository.Root, "server");
        return Directory.EnumerateFiles(server, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(server, file).Replace('\\', '/'), File.ReadAllText(file)));
    }
}
