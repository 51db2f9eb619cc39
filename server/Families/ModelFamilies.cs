using System.Text.RegularExpressions;

namespace Assistant.Families;

/// <summary>Maps a model's id to its family.</summary>
public static partial class ModelFamilies
{
    // The rules precede the properties that use them: static fields are initialized in the order of the text.
    private static readonly Rule[] Rules =
    [
        .. ModelTable.Rows.Select(row => new Rule(
            new Regex(row.Pattern, RegexOptions.CultureInvariant),
            row.Publisher,
            new ModelFamily(
                row.Name,
                row.Fim,
                Chat: row.Can.HasFlag(ModelTable.Can.Chat),
                Tools: row.Can.HasFlag(ModelTable.Can.Tools),
                Embedding: row.Can.HasFlag(ModelTable.Can.Embed),
                Vision: row.Can.HasFlag(ModelTable.Can.Vision),
                row.Reasoning,
                row.ContextTokens))),
    ];

    /// <summary>The family of ids that match no pattern: a chat model without FIM.</summary>
    public static ModelFamily Unknown { get; } =
        new("unknown", Fim: null, Chat: true, Tools: false, Embedding: false, Vision: false, Reasoning.Unknown, ContextTokens: 8_192);

    /// <summary>All families of the table, in its order.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } = [.. Rules.Select(rule => rule.Family)];

    /// <summary>The names that a user's rule may contain.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(family => family.Name).Distinct()];

    /// <summary>The first family with a name; null where there is none.</summary>
    public static ModelFamily? Named(string name) => All.FirstOrDefault(family => family.Name == name);

    /// <summary>The family of an id, or <see cref="Unknown"/>.</summary>
    /// <param name="modelId">The server's id, with publisher, quantization or instance number, or as a path.</param>
    public static ModelFamily Of(string modelId)
    {
        var (publisher, name) = Normalise(modelId);
        foreach (var rule in Rules)
        {
            if ((rule.Publisher is null || rule.Publisher == publisher) && rule.Pattern.IsMatch(name))
            {
                return rule.Family;
            }
        }
        return Unknown;
    }

    /// <summary>
    /// An id in lower case, without publisher or folder, <c>@quant</c>, instance number and the suffixes for a packaging. The suffixes for
    /// a role (<c>-base</c>, <c>-instruct</c>, <c>-thinking</c>, <c>-instruct-2507</c>) stay. A tag (<c>:7b-base</c>) becomes part of the
    /// name.
    /// </summary>
    public static (string? Publisher, string Name) Normalise(string modelId)
    {
        var parts = modelId.Trim().ToLowerInvariant().Replace('\\', '/').TrimEnd('/').Split('/');
        var publisher = parts.Length > 1 ? parts[^2] : null;
        var name = parts[^1];
        if (name.IndexOf('@') is var quantization and > 0)
        {
            name = name[..quantization];
        }
        name = InstanceOrLatest().Replace(name, "").Replace(':', '-');
        string before;
        do
        {
            before = name;
            name = Packaging().Replace(name, "");
        }
        while (name != before);
        return (publisher, name);
    }

    [GeneratedRegex(@":(\d+|latest)$")]
    private static partial Regex InstanceOrLatest();

    [GeneratedRegex(@"(\.gguf|-\d{5}-of-\d{5}|-gguf|-mlx|-ud|[-.]i?q\d[^/]*|-[2-8]bit|-mxfp4|-dwq|-b?f(p)?16|-fp8|-awq)$")]
    private static partial Regex Packaging();

    private sealed record Rule(Regex Pattern, string? Publisher, ModelFamily Family);
}
