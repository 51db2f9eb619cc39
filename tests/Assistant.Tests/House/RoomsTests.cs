namespace Assistant.Tests.House;

/// <summary>Holds the table of docs/architecture.md: which room of server/ may use which other rooms.</summary>
public sealed class RoomsTests
{
    private static readonly string[] ModelLayer = ["ModelServers", "Usage", "Routing", "Inference", "ModelManagement", "Models"];

    private static readonly string[] BelowFeatures =
    [
        "Basics", "Settings", "Workspace", "Families", .. ModelLayer, "FileAccess", "Semantics", "Context", "Prompts", "Shaping",
        "Verification", "Patterns",
    ];

    private static readonly string[] Features = ["Completion", "Edits", "Refactorings", "Actions", "Tools", "Chat"];

    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Basics"] = [],
        ["Families"] = ["Basics"],
        ["Settings"] = ["Families", "Basics"],
        ["Lsp"] = ["Basics"],
        ["Workspace"] = ["Settings", "Basics"],
        ["FileAccess"] = ["Settings", "Basics"],
        ["ModelServers"] = ["Families", "Settings", "Basics"],
        ["Usage"] = ["ModelServers", "Settings", "Basics"],
        ["Routing"] = ["Usage", "ModelServers", "Families", "Settings", "Basics"],
        ["Inference"] = ["Routing", "Usage", "ModelServers", "Families", "Settings", "Basics"],
        ["ModelManagement"] = ["ModelServers", "Families", "Settings", "Basics"],
        ["Models"] = ["Inference", "ModelManagement", "Routing", "Usage", "ModelServers", "Settings", "Basics"],
        ["Semantics"] = ["Workspace", "Basics"],
        // Context gets embeddings as an IEmbeddingGenerator of Microsoft.Extensions.AI, so it needs no room of the model layer.
        ["Context"] = ["Workspace", "Semantics", "FileAccess", "Basics"],
        ["Prompts"] = ["Context", "Families", "Workspace", "FileAccess", "Basics"],
        ["Shaping"] = ["Basics"],
        ["Verification"] = ["Workspace", "Semantics", "Shaping", "Basics"],
        ["Patterns"] = ["Workspace", "Basics"],
        ["Completion"] = BelowFeatures,
        ["Edits"] = BelowFeatures,
        ["Refactorings"] = BelowFeatures,
        ["Actions"] = [.. BelowFeatures, "Edits", "Refactorings"],
        ["Tools"] = [.. BelowFeatures, "Edits", "Refactorings"],
        ["Chat"] = [.. BelowFeatures, "Tools"],
        ["Doctor"] = [.. BelowFeatures, .. Features],
        ["Evaluation"] = [.. BelowFeatures, .. Features],
        ["Server"] = ["Lsp", "Workspace", "Settings", "Basics"],
        ["Handlers"] = [.. BelowFeatures, .. Features, "Doctor", "Evaluation", "Server", "Lsp"],
        ["Cli"] = [.. BelowFeatures, .. Features, "Doctor", "Evaluation"],
        ["Mcp"] = [.. BelowFeatures, .. Features, "Doctor", "Evaluation"],
    };

    [Fact]
    public void Every_room_uses_only_what_its_row_names() => Assert.Empty(Breaches(SymbolUses.OfServer));

    [Fact]
    public void Every_folder_at_the_top_is_a_room_of_the_table() => Assert.Empty(
        SymbolUses.ServerFiles()
            .Where(file => file.Path.Contains('/'))
            .Select(file => file.Path[..file.Path.IndexOf('/')])
            .Distinct()
            .Except(MayUse.Keys));

    [Fact]
    public void A_breach_is_found()
    {
        (string Path, string Text)[] files =
        [
            ("Basics/Clock.cs", "namespace Assistant.Basics; class Clock { Assistant.Lsp.Wire? wire; }"),
            ("Lsp/Wire.cs", "namespace Assistant.Lsp; class Wire { }"),
        ];
        Assert.Equal(["Basics/Clock.cs: Basics -> Lsp (Wire)"], Breaches(SymbolUses.Of(files)));
    }

    [Fact]
    public void No_row_leads_back_to_its_room()
    {
        var left = new Dictionary<string, string[]>(MayUse);
        while (left.Where(row => !row.Value.Any(left.ContainsKey)).Select(row => row.Key).ToArray() is { Length: > 0 } lowest)
        {
            foreach (var room in lowest)
            {
                left.Remove(room);
            }
        }
        Assert.Empty(left.Keys);
    }

    private static SortedSet<string> Breaches(IEnumerable<SymbolUse> uses)
    {
        var breaches = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var use in uses)
        {
            // Files at the top (Program.cs, Composition.cs) may use every room.
            if (!use.Path.Contains('/'))
            {
                continue;
            }
            var (room, used) = (use.Path[..use.Path.IndexOf('/')], use.Namespace.Split('.')[0]);
            if (used.Length > 0 && used != room && !MayUse.GetValueOrDefault(room, []).Contains(used))
            {
                breaches.Add($"{use.Path}: {room} -> {used} ({use.Name})");
            }
        }
        return breaches;
    }
}
