using System.Text;

namespace Assistant.Shaping;

/// <summary>Replaces the model's indentation by the document's: tabs or spaces, and the block at the caret's depth.</summary>
internal static class Indentation
{
    /// <summary>Indents all lines but the first, which begins at the caret.</summary>
    public static string Fit(CaretScene scene, string answer)
    {
        if (!answer.Contains('\n', StringComparison.Ordinal) || scene.InText)
        {
            return answer;
        }
        var lines = answer.Split('\n');
        var shift = Shift(scene, answer, lines);
        var fitted = new StringBuilder(answer.Length).Append(lines[0].TrimEnd());
        foreach (var line in lines.Skip(1))
        {
            var code = line.AsSpan().Trim(" \t");
            fitted.Append('\n');
            if (code.Length > 0)
            {
                fitted.Append(scene.Style.Indent(scene.Style.Columns(line) + shift)).Append(code);
            }
        }
        return fitted.ToString();
    }

    /// <summary>Removes white space at the end. A line end at the start stays, since the draft begins on the next line.</summary>
    public static string TrimEnds(string draft) => draft.TrimEnd();

    /// <summary>
    /// Columns by which the answer's lines are indented too little. The braces of the answer's first block belong under the start of the
    /// caret's line. An answer without a block stays unchanged.
    /// </summary>
    private static int Shift(CaretScene scene, string answer, string[] lines)
    {
        var walk = BracketWalk.Of(scene, answer);
        var start = 0;
        for (var i = 0; i < lines.Length; start += lines[i++].Length + 1)
        {
            if (i == 0)
            {
                continue;
            }
            var at = start + lines[i].Length - lines[i].AsSpan().TrimStart(" \t").Length;
            if (at > walk.Cut || lines[i].AsSpan().IsWhiteSpace())
            {
                continue;
            }
            var token = walk.Tokens.FirstOrDefault(token => token.Start == at);
            var isBlock = token.Token.Text == "{"
                ? token.Depth == 1
                : token.Token.Text == "}" && token.Depth == 0 && token.Closes is null;
            if (isBlock)
            {
                return Math.Max(0, scene.Indent - scene.Style.Columns(lines[i]));
            }
            if (walk.Tokens.LastOrDefault(token => token.End <= at) is { Depth: 0, Token.Text: ";" or "}" })
            {
                return 0;
            }
        }
        return 0;
    }
}
