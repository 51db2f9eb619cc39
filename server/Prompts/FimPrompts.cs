using Assistant.Families;

namespace Assistant.Prompts;

/// <param name="Text">The whole prompt, markers included, with LF line ends.</param>
/// <param name="TakenBack">
/// The typed end of the prefix that the prompt leaves out: the answer must begin with it, white space aside.
/// </param>
/// <param name="Grammar">
/// GBNF that makes the answer begin with <paramref name="TakenBack"/>; null where that is white space, or the server accepts no grammar.
/// </param>
/// <param name="Stops">At most four stop sequences, each a single special token.</param>
public sealed record FimPrompt(string Text, string TakenBack, string? Grammar, IReadOnlyList<string> Stops, FimLayout Layout);

/// <param name="Grammar">The server accepts a grammar with a completion (llama-server).</param>
public sealed record PromptAbilities(bool Grammar);

public static class FimPrompts
{
    /// <summary>
    /// The best prompt for a place. Without a grammar, the answer starts at the start of the typed name, and may disagree with the typed
    /// part of it: then <see cref="BuildAsTyped"/> makes the next prompt.
    /// </summary>
    /// <exception cref="ArgumentException">The family does not fill holes.</exception>
    public static FimPrompt Build(PromptWindow window, ModelFamily family, PromptAbilities abilities)
    {
        var template = TemplateOf(family);
        if (!PrefixIsLast(template))
        {
            return BuildAsTyped(window, family);
        }
        var takenBack = Healing.TakenBack(window.Prefix, forced: abilities.Grammar);
        var prefix = window.Prefix[..^takenBack.Length];
        var grammar = abilities.Grammar ? Healing.Grammar(takenBack) : null;
        return new(Text(template, prefix, window.Suffix), takenBack, grammar, template.Stops, template.Layout);
    }

    /// <summary>
    /// A prompt of the text exactly as typed, in the family's usual order: for the request after an answer disagreed with the typed text,
    /// on a server without grammars.
    /// </summary>
    /// <exception cref="ArgumentException">The family does not fill holes.</exception>
    public static FimPrompt BuildAsTyped(PromptWindow window, ModelFamily family)
    {
        var template = TemplateOf(family) with { Layout = FimLayout.Usual };
        // Without a middle marker the prefix is last in the usual order too, and half a token at its end would spoil the answer.
        var takenBack = PrefixIsLast(template) ? Healing.TrailingSpace(window.Prefix) : "";
        return new(
            Text(template, window.Prefix[..^takenBack.Length], window.Suffix), takenBack, Grammar: null, template.Stops, template.Layout);
    }

    private static FimTemplate TemplateOf(ModelFamily family) =>
        family.Fim ?? throw new ArgumentException(
            $"The family {family.Name} does not fill holes; use {nameof(ChatHolePrompts)}.", nameof(family));

    private static bool PrefixIsLast(FimTemplate template) =>
        template.Layout == FimLayout.MiddleHoldsPrefix || (template.Order == FimOrder.SuffixPrefixMiddle && template.Middle.Length == 0);

    private static string Text(FimTemplate template, string prefix, string suffix)
    {
        prefix = MarkerEscape.Apply(prefix, template.Markers);
        suffix = template.EmptySuffixWhenBlank && string.IsNullOrWhiteSpace(suffix) ? "" : MarkerEscape.Apply(suffix, template.Markers);
        return (template.Layout, template.Order) switch
        {
            (FimLayout.MiddleHoldsPrefix, _) => template.Prefix + template.Suffix + suffix + template.Middle + prefix,
            (_, FimOrder.SuffixPrefixMiddle) => template.Suffix + suffix + template.Prefix + prefix + template.Middle,
            _ => template.Prefix + prefix + template.Suffix + suffix + template.Middle,
        };
    }
}
