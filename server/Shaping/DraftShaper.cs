using System.Text;
using Assistant.Basics;

namespace Assistant.Shaping;

/// <summary>
/// Turns a model's answer, as it streams in, into a draft. One shaper for one answer and one text around the caret: where the user
/// types on in agreement with a stream, a new shaper is fed with what has come so far. Not for use by several threads at once.
/// </summary>
public sealed class DraftShaper(TextAround around, ShapeRules rules)
{
    private readonly StringBuilder raw = new();
    private readonly CaretScene scene = new(around);
    private StopReason? stopped;

    /// <summary>Everything that was fed, as it came.</summary>
    public string Raw => raw.ToString();

    /// <summary>The draft that the whole lines so far make; null until a first line is whole and worth showing. May still grow, and be cut or rejected by what comes.</summary>
    public Draft? Current { get; private set; }

    /// <param name="chunk">Any part of the answer, also empty. What comes after <see cref="ShapeProgress.Enough"/> is not looked at.</param>
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

    /// <summary>What is to be shown of all that was fed. May be asked again.</summary>
    public ShapeResult Finish() => AnswerShaping.Of(scene, rules, Raw, AnswerEnd.Closed).Result;
}
