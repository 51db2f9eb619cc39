using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>The tools of one request. The model can call no others.</summary>
internal sealed class OfferedTools
{
    private readonly Dictionary<string, AIFunctionDeclaration> byName;

    private OfferedTools(IReadOnlyList<AIFunctionDeclaration> all)
    {
        All = all;
        byName = new Dictionary<string, AIFunctionDeclaration>(StringComparer.Ordinal);
        foreach (var tool in all)
        {
            byName.TryAdd(Plain(tool.Name), tool);
        }
    }

    public IReadOnlyList<AIFunctionDeclaration> All { get; }

    public bool Any => All.Count > 0;

    /// <summary>The names, for messages.</summary>
    public string Names => string.Join(", ", All.Select(tool => tool.Name));

    /// <summary>The tools of a request; none if its tool mode forbids calls.</summary>
    public static OfferedTools Of(ChatOptions? options)
    {
        var all = options?.ToolMode is NoneChatToolMode ? [] : options?.Tools?.OfType<AIFunctionDeclaration>().ToArray() ?? [];
        return new OfferedTools(options?.ToolMode is RequiredChatToolMode { RequiredFunctionName: { } only }
            ? [.. all.Where(tool => tool.Name == only)]
            : all);
    }

    /// <summary>
    /// The tool of that name. Letter case, dashes, underscores and a namespace in front are ignored, since LM Studio and some models change
    /// the spelling.
    /// </summary>
    public AIFunctionDeclaration? Find(string name)
    {
        if (byName.TryGetValue(Plain(name), out var tool))
        {
            return tool;
        }
        var separator = name.LastIndexOfAny(['.', ':', '/']);
        return separator >= 0 && byName.TryGetValue(Plain(name[(separator + 1)..]), out tool) ? tool : null;
    }

    /// <summary>Whether the beginning of a name can still become the name of an offered tool.</summary>
    public bool CouldBecome(string begun)
    {
        var plain = Plain(begun);
        return byName.Keys.Any(name => name.StartsWith(plain, StringComparison.Ordinal));
    }

    /// <summary>The declared parameters, by name; empty if the schema has none.</summary>
    public static IEnumerable<JsonProperty> Parameters(AIFunctionDeclaration tool) =>
        tool.JsonSchema.ValueKind == JsonValueKind.Object
        && tool.JsonSchema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject()
            : [];

    internal static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
