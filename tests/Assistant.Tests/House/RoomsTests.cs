using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assistant.Tests.House;

/// <summary>Holds the table of docs/architecture.md: which room of server/ may use which other rooms.</summary>
public sealed class RoomsTests
{
    private static readonly string[] BelowFeatures =
        ["Basics", "Settings", "Workspace", "Families", "Models", "Context", "Prompts", "Shaping", "Verification", "Patterns"];

    private static readonly string[] Features = ["Completion", "Edits", "Actions", "Tools", "Chat"];

    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Basics"] = [],
        ["Settings"] = ["Families", "Basics"],
        ["Lsp"] = ["Basics"],
        ["Workspace"] = ["Settings", "Basics"],
        ["Families"] = ["Basics"],
        ["Models"] = ["Families", "Settings", "Basics"],
        ["Context"] = ["Workspace", "Basics"],
        ["Prompts"] = ["Context", "Families", "Workspace", "Basics"],
        ["Shaping"] = ["Basics"],
        ["Verification"] = ["Workspace", "Shaping", "Basics"],
        ["Patterns"] = ["Workspace", "Basics"],
        ["Completion"] = BelowFeatures,
        ["Edits"] = BelowFeatures,
        ["Actions"] = [.. BelowFeatures, "Edits"],
        ["Tools"] = [.. BelowFeatures, "Edits"],
        ["Chat"] = [.. BelowFeatures, "Tools"],
        ["Evaluation"] = [.. BelowFeatures, .. Features],
        ["Server"] = ["Lsp", "Workspace", "Settings", "Basics"],
        ["Handlers"] = [.. BelowFeatures, .. Features, "Evaluation", "Server", "Lsp"],
        ["Cli"] = [.. BelowFeatures, .. Features, "Evaluation"],
        ["Mcp"] = [.. BelowFeatures, .. Features, "Evaluation"],
    };

    [Fact]
    public void Every_room_uses_only_what_its_row_names() => Assert.Empty(Breaches(ServerFiles()));

    [Fact]
    public void A_breach_is_found()
    {
        (string Path, string Text)[] files =
        [
            ("Basics/Clock.cs", "namespace Assistant.Basics; class Clock { Assistant.Lsp.Wire? wire; }"),
            ("Lsp/Wire.cs", "namespace Assistant.Lsp; class Wire { }"),
        ];
        Assert.Equal(["Basics/Clock.cs: Basics -> Lsp (Wire)"], Breaches(files));
    }

    private static List<string> Breaches(IEnumerable<(string Path, string Text)> files)
    {
        var implicitUsings = CSharpSyntaxTree.ParseText(
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
            + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;", path: "");
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(file.Text, path: file.Path)).ToArray();
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != "assistant.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("rooms", [implicitUsings, .. trees], references);

        var breaches = new SortedSet<string>();
        foreach (var tree in trees)
        {
            var path = tree.FilePath.Replace('\\', '/');
            // Files at the top (Program.cs, Composition.cs) see every room.
            if (!path.Contains('/'))
            {
                continue;
            }
            var room = path[..path.IndexOf('/')];
            if (!MayUse.TryGetValue(room, out var allowed))
            {
                breaches.Add($"{path}: the room {room} is not in the table");
                continue;
            }
            var model = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                var info = model.GetSymbolInfo(name);
                foreach (var symbol in info.Symbol is { } found ? [found] : info.CandidateSymbols)
                {
                    var full = symbol is INamespaceSymbol ? "" : symbol.ContainingNamespace?.ToDisplayString() ?? "";
                    if (full.StartsWith("Assistant.", StringComparison.Ordinal)
                        && full.Split('.')[1] is var used && used != room && !allowed.Contains(used))
                    {
                        breaches.Add($"{path}: {room} -> {used} ({name.Identifier.Text})");
                    }
                }
            }
        }
        return [.. breaches];
    }

    private static IEnumerable<(string Path, string Text)> ServerFiles()
    {
        var server = Path.Combine(Repository.Root, "server");
        return Directory.EnumerateFiles(server, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(server, file), File.ReadAllText(file)));
    }
}
