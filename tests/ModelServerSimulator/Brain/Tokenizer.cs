using System.Text.RegularExpressions;

namespace ModelServerSimulator;

/// <summary>
/// A deterministic approximation of a code model's tokens: the special ones whole, the rest cut by the rule that Qwen's vocabulary starts from,
/// so that <c>;\n</c>, <c>{\n</c> and <c> //</c> are one token each as they are there; long words fall into pieces.
/// </summary>
public sealed class Tokenizer
{
    private const string TextRule =
        @"[^\r\n\p{L}\p{N}]?\p{L}{1,10}|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private readonly Regex rule;

    public Tokenizer(FimFormat format) =>
        rule = new Regex(string.Join('|', [.. format.Specials.OrderByDescending(special => special.Length).Select(Regex.Escape), TextRule]));

    /// <summary>The tokens of a text; put together they are the text.</summary>
    public IReadOnlyList<string> Split(string text)
    {
        var tokens = new List<string>();
        var end = 0;
        foreach (var match in rule.EnumerateMatches(text))
        {
            if (match.Index > end)
            {
                tokens.Add(text[end..match.Index]);
            }
            tokens.Add(text.Substring(match.Index, match.Length));
            end = match.Index + match.Length;
        }
        if (end < text.Length)
        {
            tokens.Add(text[end..]);
        }
        return tokens;
    }
}
