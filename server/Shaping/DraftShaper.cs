using System.Text;
using Assistant.Basics;

namespace Assistant.Shaping;

/// <summary>
/// Turns a streamed answer of a model into a draft. A shaper serves one answer and one text around the caret: after further typing that
/// agrees with the answer, a new shaper is fed with the answer so far. Not thread-safe.
/// </summary>
public sealed class DraftShaper(TextAround around, ShapeRules rules)
{
    private readonly StringBuilder raw = new();
    private readonly CaretScene scene = new(around);
    private StopReason? stopped;

    /// <summary>The answer so far.</summary>
    public string Raw => raw.ToString();

    /// <summary>
    /// The draft of the whole lines so far; null before the first line that may be shown. Later chunks may extend, cut or reject it.
    /// </summary>
    public Draft? Current { get; private set; }

    /// <param name="chunk">Any part of the answer, also empty; ignored after <see cref="ShapeProgress.Enough"/>.</param>
    public ShapeStep Feed(string chunk)
    {
        if (stopped is not null)
        {
            return new(ShapeProgress.Enough, stopped);
        }
        raw.Append(chunk);
        var shaping = AnswerShaping.Of(scene, rules, Raw, AnswerEnd.Open);
        stopped = shaping.Stop;
        if (chunk.Contains('\n', StringComparison.Ordinal))
        {
            Current = (shaping.Result as ShapeResult.Shown)?.Draft;
        }
        return new(stopped is not null ? ShapeProgress.Enough : Current is null ? ShapeProgress.More : ShapeProgress.LineReady, stopped);
    }

    /// <summary>The result for the whole answer. May be called again.</summary>
    public ShapeResult Finish() => AnswerShaping.Of(scene, rules, Raw, AnswerEnd.Closed).Result;
}
