using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assistant.Tests.House;

/// <summary>
/// Holds docs/architecture.md, "State": a mutation is a pure function. The check goes by names: a mutation and the methods of its file that
/// it calls use no name of a type or member that does I/O, has effects or waits.
/// </summary>
public sealed class MutationsTests
{
    private static readonly HashSet<string> Impure =
    [
        "services", "server", "Server", "Loop", "logger", "clock", "Clock", "TimeProvider", "Task", "Channel", "Interlocked",
        "File", "Directory", "FileSystemWatcher", "Environment", "PlainFile", "SettingsFiles", "SourceFiles", "PathIdentity",
    ];

    [Fact]
    public void Every_mutation_is_pure()
    {
        var (mutations, breaches) = (0, new List<string>());
        foreach (var (path, text) in ServerFiles())
        {
            breaches.AddRange(Breaches(path, text, ref mutations));
        }
        Assert.Empty(breaches);
        Assert.InRange(mutations, 12, int.MaxValue);
    }

    [Fact]
    public void A_breach_is_found()
    {
        const string Text = """
            class Handler
            {
                void Register()
                {
                    server.OnMutation(Method, (state, p) => With(state));
                    server.Loop.MutateAsync(state => state);
                    server.OnMutation(Method, Read, Change);
                }
                State With(State state) => state with { Settings = SettingsFiles.Read(path) };
                State Read(State state) => SettingsFiles.Read(path);
                State Change(State state) { logger.Log(""); return state; }
            }
            """;
        var mutations = 0;
        Assert.Equal(
            ["Handler.cs: SettingsFiles in a mutation", "Handler.cs: logger in a mutation"], Breaches("Handler.cs", Text, ref mutations));
        Assert.Equal(3, mutations);
    }

    private static List<string> Breaches(string path, string text, ref int mutations)
    {
        var root = CSharpSyntaxTree.ParseText(text).GetRoot();
        var methods = root.DescendantNodes().OfType<MethodDeclarationSyntax>().ToLookup(method => method.Identifier.Text);
        var breaches = new List<string>();
        foreach (var call in root.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (call.Expression is not MemberAccessExpressionSyntax { Name.Identifier.Text: var method }
                || method is not ("OnInitialize" or "OnMutation" or "MutateAsync"))
            {
                continue;
            }
            mutations++;
            // The mutation is the last argument: a lambda, or the name of a method.
            var open = new Stack<CSharpSyntaxNode>([call.ArgumentList.Arguments[^1].Expression]);
            var seen = new HashSet<string>();
            while (open.TryPop(out var body))
            {
                var names = body.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Select(name => name.Identifier.Text);
                foreach (var name in names.Where(seen.Add))
                {
                    if (Impure.Contains(name))
                    {
                        breaches.Add($"{path}: {name} in a mutation");
                    }
                    foreach (var called in methods[name])
                    {
                        open.Push((CSharpSyntaxNode?)called.ExpressionBody ?? called.Body!);
                    }
                }
            }
        }
        return breaches;
    }

    private static IEnumerable<(string Path, string Text)> ServerFiles()
    {
        var server = Path.Combine(Repository.Root, "server");
        return Directory.EnumerateFiles(server, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(server, file), File.ReadAllText(file)));
    }
}
