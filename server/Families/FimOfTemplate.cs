using System.Text.RegularExpressions;

namespace Assistant.Families;

/// <summary>
/// Reads a model's FIM format from a server's prompt template. Ollama has Go templates that put the prompt and the suffix between the
/// markers: <c>{{ if .Suffix }}&lt;PRE&gt; {{ .Prompt }} &lt;SUF&gt;{{ .Suffix }} &lt;MID&gt;{{ else }}…</c>.
/// </summary>
public static partial class FimOfTemplate
{
    /// <summary>Null for a template without a suffix, or in an unknown form.</summary>
    public static FimTemplate? Read(string template)
    {
        var actions = Action().Matches(template);
        for (var i = 0; i + 2 < actions.Count; i++)
        {
            if (ActionText(actions[i]) is var start
                && start.StartsWith("if", StringComparison.Ordinal)
                && start.Contains(".Suffix", StringComparison.Ordinal))
            {
                var (one, two, three) = (Between(i), Between(i + 1), Between(i + 2));
                return (ActionText(actions[i + 1]), ActionText(actions[i + 2])) switch
                {
                    (".Prompt", ".Suffix") => Of(FimOrder.PrefixSuffixMiddle, one, two, three),
                    (".Suffix", ".Prompt") => Of(FimOrder.SuffixPrefixMiddle, two, one, three),
                    _ => null,
                };
            }
        }
        return null;

        string Between(int action)
        {
            var next = action + 1 < actions.Count ? actions[action + 1] : null;
            var text = template[(actions[action].Index + actions[action].Length)..(next?.Index ?? template.Length)];
            // A dash removes the white space on its side.
            text = actions[action].Groups["after"].Length > 0 ? text.TrimStart() : text;
            return next is null || next.Groups["before"].Length > 0 ? text.TrimEnd() : text;
        }
    }

    private static FimTemplate? Of(FimOrder order, string prefix, string suffix, string middle)
    {
        // Line ends belong to the template's layout, not to a marker.
        (prefix, suffix, middle) = (prefix.Trim('\r', '\n'), suffix.Trim('\r', '\n'), middle.Trim('\r', '\n'));
        if (string.IsNullOrWhiteSpace(prefix) || string.IsNullOrWhiteSpace(suffix))
        {
            return null;
        }
        // A known family supplies its stops, but not its layout, which was measured for its own models only.
        var known = ModelFamilies.All
            .Select(family => family.Fim)
            .FirstOrDefault(fim => fim is not null && fim.IsSpelled(order, prefix, suffix, middle));
        return known is not null ? known with { Layout = FimLayout.Usual }
            : FimTemplates.Of(order, prefix, suffix, middle,
                stops:
                [
                    .. new[] { prefix.Trim(), suffix.Trim(), middle.Trim(), "<|endoftext|>" }.Where(marker => marker.Length > 0).Distinct(),
                ],
                others: []);
    }

    // The reader trims white space: a pattern that did it would take cubic time in the template's blanks.
    [GeneratedRegex(@"\{\{(?<before>-?)(?<what>[^{}]*?)(?<after>-?)\}\}")]
    private static partial Regex Action();

    private static string ActionText(Match action) => action.Groups["what"].Value.Trim();
}
