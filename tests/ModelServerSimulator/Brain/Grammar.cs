using System.Text;
using System.Text.RegularExpressions;

namespace ModelServerSimulator;

/// <summary>
/// A GBNF grammar of one rule that is a sequence, such as <c>root ::= [ \t]* "typed" [^\n]* "\n"?</c>: literals, character classes, each
/// with <c>*</c>, <c>+</c> or <c>?</c>, and at the end <c>("\n" [^\n]*)*</c> for any further lines. The answer is bent to it as a sampler
/// would: what the rule forces is written, what it forbids ends the answer.
/// </summary>
internal sealed partial class Grammar
{
    private const string FurtherLines = """("\n" [^\n]*)*""";

    private readonly List<(string? Literal, Regex? Class, char Times)> items = [];
    private bool furtherLines;

    /// <summary>Null if the text is not such a grammar.</summary>
    public static Grammar? Parse(string text)
    {
        var rule = Rule().Match(text.Trim());
        if (!rule.Success)
        {
            return null;
        }
        var grammar = new Grammar();
        var rest = rule.Groups[1].Value.Trim();
        if (rest.EndsWith(FurtherLines, StringComparison.Ordinal))
        {
            grammar.furtherLines = true;
            rest = rest[..^FurtherLines.Length].TrimEnd();
        }
        while (rest.Length > 0)
        {
            var item = Item().Match(rest);
            if (!item.Success)
            {
                return null;
            }
            grammar.items.Add((
                item.Groups["literal"].Success ? Unescaped(item.Groups["literal"].Value) : null,
                item.Groups["class"].Success ? new Regex(@"\G" + item.Groups["class"].Value, RegexOptions.CultureInvariant) : null,
                item.Groups["times"].Value is [var times] ? times : '1'));
            rest = rest[item.Length..].TrimStart();
        }
        return grammar;
    }

    /// <summary>The longest text that the rule allows along the model's own answer.</summary>
    public string Bend(string answer)
    {
        var bent = new StringBuilder();
        var position = 0;
        for (var i = 0; i < items.Count; i++)
        {
            var (literal, characters, times) = items[i];
            if (literal is not null)
            {
                var fits = answer.AsSpan(position).StartsWith(literal, StringComparison.Ordinal);
                if (fits || times is '1' or '+')
                {
                    bent.Append(literal);
                    position += fits ? literal.Length : 0;
                }
                continue;
            }
            var run = 0;
            var most = times is '*' or '+' ? int.MaxValue : 1;
            while (run < most && position + run < answer.Length && characters!.IsMatch(answer, position + run))
            {
                run++;
            }
            // The class gives back what a literal behind it needs.
            if (i + 1 < items.Count && items[i + 1] is { Literal: { } next, Times: '1' })
            {
                var shorter = run;
                while (shorter > 0 && !answer.AsSpan(position + shorter).StartsWith(next, StringComparison.Ordinal))
                {
                    shorter--;
                }
                run = answer.AsSpan(position + shorter).StartsWith(next, StringComparison.Ordinal) ? shorter : run;
            }
            bent.Append(answer, position, run);
            position += run;
        }
        return furtherLines ? bent.Append(answer, position, answer.Length - position).ToString() : bent.ToString();
    }

    private static string Unescaped(string literal) => Escape().Replace(literal, match => match.Value[1] switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        var other => other.ToString(),
    });

    [GeneratedRegex(@"^root\s*::=\s*(.+)$", RegexOptions.Singleline)]
    private static partial Regex Rule();

    [GeneratedRegex("""^(?:"(?<literal>(?:[^"\\]|\\.)*)"|(?<class>\[(?:[^\]\\]|\\.)+\]))(?<times>[*+?]?)""", RegexOptions.Singleline)]
    private static partial Regex Item();

    [GeneratedRegex(@"\\.", RegexOptions.Singleline)]
    private static partial Regex Escape();
}
