using System.Text;

namespace Assistant.Shaping;

/// <summary>The document's indentation instead of the model's: tabs or spaces, and the block at the caret's depth.</summary>
internal static class Indentation
{
    /// <summary>Lines after the first; that one stands behind the caret.</summary>
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

    /// <summary>Without blank lines and white space at the end. A line end at the start stays: the draft begins on the next line.</summary>
    public static string TrimEnds(string draft) => draft.TrimEnd();

    /// <summary>
    /// How many columns the block stands too far left. Told by the braces of the first block that the answer opens: they stand under the
    /// caret's line. An answer that opens none is left as it is.
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
            var isBlock = token.Token.Text == "{" ? token.Depth == 1 : token.Token.Text == "}" && token.Depth == 0 && token.Closes is null;
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
