using System.Text.RegularExpressions;

namespace Assistant.Tests.House;

/// <summary>
/// The folders of <c>server/</c> use each other in one direction only. The files directly in a room are a folder of their own: another
/// folder of the room may use them or be used by them, not both.
/// </summary>
public sealed partial class FoldersTests
{
    [Fact]
    public void No_folders_use_each_other_in_a_circle() => Assert.Empty(Circles(SymbolUses.OfServer));

    [Fact]
    public void No_two_files_have_the_same_name() => Assert.Empty(
        from file in SymbolUses.ServerFiles()
        group file.Path by Path.GetFileName(file.Path) into alike
        where alike.Count() > 1
        select string.Join(" and ", alike));

    [Fact]
    public void Only_the_connection_uses_StreamJsonRpc() => Assert.Empty(
        from file in SymbolUses.ServerFiles()
        where Folder(file.Path) != "Lsp/JsonRpc" && file.Text.Contains("using StreamJsonRpc", StringComparison.Ordinal)
        select file.Path);

    [Fact]
    public void The_namespace_of_a_file_is_its_folder() => Assert.Empty(
        from file in SymbolUses.ServerFiles()
        let expected = Folder(file.Path) is { Length: > 0 } folder ? $"Assistant.{folder.Replace('/', '.')}" : "Assistant"
        from Match found in Namespace().Matches(file.Text)
        where found.Groups[1].Value != expected
        select $"{file.Path}: {found.Groups[1].Value} instead of {expected}");

    [Fact]
    public void A_circle_is_found_and_shows_its_way()
    {
        (string Path, string Text)[] files =
        [
            ("Lsp/Wire.cs", "namespace Assistant.Lsp; class Wire { Protocol.Message? message; }"),
            ("Lsp/Protocol/Message.cs", "namespace Assistant.Lsp.Protocol; class Message { Basics.Clock? clock; }"),
            ("Basics/Clock.cs", "namespace Assistant.Basics; class Clock { Lsp.Wire? wire; }"),
            ("Settings/Options.cs", "namespace Assistant.Settings; class Options { Lsp.Wire? wire; Basics.Clock? clock; }"),
        ];
        Assert.Equal(
            ["Basics -> Lsp (Basics/Clock.cs: Wire) -> Lsp/Protocol (Lsp/Wire.cs: Message) -> Basics (Lsp/Protocol/Message.cs: Clock)"],
            Circles(SymbolUses.Of(files)));
    }

    /// <summary>Of each set of folders that reach each other, the shortest circle through its first folder.</summary>
    private static IEnumerable<string> Circles(IEnumerable<SymbolUse> uses)
    {
        var example = new Dictionary<(string From, string To), SymbolUse>();
        foreach (var use in uses)
        {
            var (from, to) = (Folder(use.Path), use.Namespace.Replace('.', '/'));
            if (from != to)
            {
                example.TryAdd((from, to), use);
            }
        }
        var targets = example.Keys.ToLookup(edge => edge.From, edge => edge.To);
        var seen = new HashSet<string>();
        foreach (var start in targets.Select(edges => edges.Key).Order(StringComparer.Ordinal))
        {
            if (seen.Contains(start) || ShortestCircle(start, targets) is not { } way)
            {
                continue;
            }
            seen.UnionWith(way);
            var steps = way.Zip(
                [.. way.Skip(1), start], (from, to) => $" -> {to} ({example[(from, to)].Path}: {example[(from, to)].Name})");
            yield return start + string.Concat(steps);
        }
    }

    /// <returns>The folders of the way from the start back to it, the start first; null where there is none.</returns>
    private static List<string>? ShortestCircle(string start, ILookup<string, string> uses)
    {
        var cameFrom = new Dictionary<string, string>();
        var open = new Queue<string>([start]);
        while (open.TryDequeue(out var folder))
        {
            foreach (var next in uses[folder].Order(StringComparer.Ordinal))
            {
                if (next == start)
                {
                    var way = new List<string> { folder };
                    while (way[^1] != start)
                    {
                        way.Add(cameFrom[way[^1]]);
                    }
                    way.Reverse();
                    return way;
                }
                if (cameFrom.TryAdd(next, folder))
                {
                    open.Enqueue(next);
                }
            }
        }
        return null;
    }

    private static string Folder(string path) => path.Contains('/') ? path[..path.LastIndexOf('/')] : "";

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
