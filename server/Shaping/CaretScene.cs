using Assistant.Basics;

namespace Assistant.Shaping;

/// <summary>The lines, indentation and brackets around the caret, computed once for an answer. All line ends are LF.</summary>
internal sealed class CaretScene
{
    /// <summary>UTF-16 units on either side of the caret whose lines and indentation are compared with the answer's.</summary>
    private const int Near = 6_000;

    private readonly Lazy<CaretBrackets> brackets;

    public CaretScene(TextAround around)
    {
        Before = around.Before.Replace("\r\n", "\n", StringComparison.Ordinal);
        After = around.After.Replace("\r\n", "\n", StringComparison.Ordinal);
        LineBefore = Before[(Before.LastIndexOf('\n') + 1)..];
        LineAfter = After.IndexOf('\n') is var end and >= 0 ? After[..end] : After;
        var (near, next) = (Before[^Math.Min(Before.Length, Near)..], After[..Math.Min(After.Length, Near)]);
        Style = IndentStyle.Of(near, next);
        Indent = Style.Columns(LineBefore);
        LinesAbove = [.. near.Split('\n').SkipLast(1).Select(NormalizedLine.Of).Where(line => line.Length > 0)];
        LinesBelow = [.. next.Split('\n').Skip(1).Select(NormalizedLine.Of).Where(line => line.Length > 0)];
        brackets = new(() => CaretBrackets.Of(Before, After, Style));
    }

    public string Before { get; }

    public string After { get; }

    public string LineBefore { get; }

    public string LineAfter { get; }

    public IndentStyle Style { get; }

    /// <summary>Columns of white space at the start of the caret's line.</summary>
    public int Indent { get; }

    public bool OnBlankLine => string.IsNullOrWhiteSpace(LineBefore);

    /// <summary>The innermost bracket first.</summary>
    public IReadOnlyList<OpenBracket> Brackets => brackets.Value.Open;

    /// <summary>The caret is inside a string, a character or a comment.</summary>
    public bool InText => brackets.Value.InText;

    /// <summary>Only white space separates the caret from the closer of its block.</summary>
    public bool IsLastInBlock =>
        Brackets is [{ } inner, ..] && After.AsSpan().TrimStart() is [var next, ..] && next == inner.Close && inner.IsClosed;

    /// <summary>The lines before the caret's that are not blank, normalized; the nearest last.</summary>
    public IReadOnlyList<string> LinesAbove { get; }

    /// <summary>The lines after the caret's that are not blank, normalized; the nearest first.</summary>
    public IReadOnlyList<string> LinesBelow { get; }
}
