namespace Assistant.Prompts;

/// <summary>
/// A hole as a chat question, for models that were not trained to fill holes. The answer is between <c>&lt;COMPLETION&gt;</c> and
/// <c>&lt;/COMPLETION&gt;</c>.
/// </summary>
/// <param name="System">The same text for all questions, so that a server evaluates it once.</param>
public sealed record ChatHolePrompt(string System, string User);

public static class ChatHolePrompts
{
    private const string Hole = "{{FILL_HERE}}";

    private const string Task =
        "Answer with exactly the text that belongs in the hole, between <COMPLETION> and </COMPLETION>: "
        + "correctly indented, no explanation, no Markdown, nothing that already stands before or after the hole.";

    private const string Rules =
        $$$"""
        You complete C# code. The user sends a part of a file with a hole, written {{FILL_HERE}}.
        {{{Task}}}

        <QUERY>
        int Sum(int[] values)
        {
            var sum = 0;
            foreach (var value in values)
            {
                {{FILL_HERE}}
            }
            return sum;
        }
        </QUERY>
        <COMPLETION>sum += value;</COMPLETION>
        """;

    private static readonly string System = Rules.ReplaceLineEndings("\n");

    /// <summary>Tokens of the rules in a context, the chat template included.</summary>
    public const int RuleTokens = 280;

    public static ChatHolePrompt Build(PromptWindow window) =>
        new(System, $"<QUERY>\n{Escaped(window.Prefix)}{Hole}{Escaped(window.Suffix)}\n</QUERY>");

    // A file that contains hole markers itself must not make the model fill the wrong hole.
    private static string Escaped(string code) => MarkerEscape.Apply(code, [Hole, "<QUERY>", "</QUERY>", "<COMPLETION>", "</COMPLETION>"]);
}
