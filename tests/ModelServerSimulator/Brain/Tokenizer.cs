using System.Text.RegularExpressions;

namespace ModelServerSimulator;

/// <summary>
/// A deterministic approximation of a code model's tokens: the special ones whole, the rest cut by the rule that Qwen's vocabulary starts
/// from, so that <c>;\n</c>, <c>{\n</c> and <c> //</c> are one token each as they are there; long words fall into pieces.
/// </summary>
public sealed class Tokenizer
{
    private const string TextRule =
        @"[^\r\n\p{L}\p{N}]?\p{L}{1,10}|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+|.";

    private static readonly Regex Words = new(TextRule);

    private readonly Regex? specials;

    public Tokenizer(FimFormat format) => specials = format.Specials.Count == 0
        ? null
        : new Regex("(" + string.Join('|', format.Specials.OrderByDescending(special => special.Length).Select(Regex.Escape)) + ")");

    /// <summary>The tokens of a text; put together they are the text.</summary>
    public IReadOnlyList<string> Split(string text)
    {
        var tokens = new List<string>();
        // A split by a group keeps what it was split at, at every odd place.
        var parts = specials?.Split(text) ?? [text];
        for (var i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1)
            {
                tokens.Add(parts[i]);
            }
            else
            {
                tokens.AddRange(Words.Matches(parts[i]).Select(word => word.Value));
            }
        }
        return tokens;
    }
}
