namespace Assistant.Prompts;

/// <summary>A hole as a question, for models that chat and were not trained to fill holes. The answer stands between <c>&lt;COMPLETION&gt;</c> and <c>&lt;/COMPLETION&gt;</c>.</summary>
/// <param name="System">Always the same, so that a server reads it once.</param>
public sealed record ChatHolePrompt(string System, string User);

public static class ChatHolePrompts
{
    private const string Hole = "{{FILL_HERE}}";

    private const string Rules =
        """
        You complete C# code. The user sends a part of a file with a hole, written {{FILL_HERE}}.
        Answer with exactly the text that belongs in the hole, between <COMPLETION> and </COMPLETION>: correctly indented, no explanation, no Markdown, nothing that already stands before or after the hole.

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

    /// <summary>What the rules take of a context, template included.</summary>
    public const int RuleTokens = 280;

    public static ChatHolePrompt Build(PromptWindow window) =>
        new(System, $"<QUERY>\n{Without(window.Prefix)}{Hole}{Without(window.Suffix)}\n</QUERY>");

    // A file that speaks of holes itself must not make the model fill the wrong one.
    private static string Without(string code) => MarkerEscape.Apply(code, [Hole, "<QUERY>", "</QUERY>", "<COMPLETION>", "</COMPLETION>"]);
}
