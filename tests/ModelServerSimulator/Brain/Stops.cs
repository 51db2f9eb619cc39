namespace ModelServerSimulator;

/// <summary>Decides after each token what text goes out and whether a stop string ends the generation.</summary>
internal abstract class Stops
{
    /// <summary>The text that may go out after this token, and whether it was the last.</summary>
    public abstract (string Text, bool Stopped) Feed(string token);

    /// <summary>The text that was held back when the generation ended by itself.</summary>
    public abstract string Flush();

    /// <summary>How much of the end of a text may be the beginning of a stop.</summary>
    protected static int Overlap(string text, IReadOnlyList<string> stops)
    {
        var most = 0;
        foreach (var stop in stops)
        {
            for (var length = Math.Min(stop.Length - 1, text.Length); length > most; length--)
            {
                if (text.EndsWith(stop[..length], StringComparison.Ordinal))
                {
                    most = length;
                }
            }
        }
        return most;
    }
}

/// <summary>
/// llama-server and LM Studio: the text ends where a stop begins, wherever tokens end; what may begin a stop waits whole.
/// </summary>
internal sealed class TextExactStops(IReadOnlyList<string> stops) : Stops
{
    private string held = "";

    public override (string Text, bool Stopped) Feed(string token)
    {
        held += token;
        var first = stops.Select(stop => held.IndexOf(stop, StringComparison.Ordinal)).Where(index => index >= 0).DefaultIfEmpty(-1).Min();
        var free = first >= 0 ? first : Overlap(held, stops) > 0 ? 0 : held.Length;
        var text = held[..free];
        held = first >= 0 ? "" : held[free..];
        return (text, first >= 0);
    }

    public override string Flush() => Interlocked.Exchange(ref held, "");
}

/// <summary>
/// mlx_lm.server up to 0.31: only a stop whose tokens come exactly ends the generation; a stop inside another token is text like any.
/// </summary>
internal sealed class TokenAlignedStops(IReadOnlyList<IReadOnlyList<string>> stops) : Stops
{
    private readonly List<string> held = [];

    public override (string Text, bool Stopped) Feed(string token)
    {
        held.Add(token);
        foreach (var stop in stops)
        {
            if (stop.Count > 0 && stop.Count <= held.Count && held.TakeLast(stop.Count).SequenceEqual(stop))
            {
                return (Take(held.Count - stop.Count), true);
            }
        }
        var overlap = stops.Select(stop => Enumerable.Range(0, stop.Count)
            .LastOrDefault(length => length <= held.Count && held.TakeLast(length).SequenceEqual(stop.Take(length))))
            .DefaultIfEmpty(0).Max();
        return (Take(held.Count - overlap), false);
    }

    public override string Flush() => Take(held.Count);

    private string Take(int count)
    {
        var text = string.Concat(held.Take(count));
        held.RemoveRange(0, count);
        return text;
    }
}

/// <summary>mlx_lm.server from 0.32: ends as before, and besides deletes the stop's text wherever it stands while it goes on.</summary>
internal sealed class DeletingStops(IReadOnlyList<IReadOnlyList<string>> stops) : Stops
{
    private readonly IReadOnlyList<string> texts = [.. stops.Select(stop => string.Concat(stop))];
    private readonly List<string> last = [];
    private string held = "";

    public override (string Text, bool Stopped) Feed(string token)
    {
        if (texts.Contains(""))
        {
            return ("", true);
        }
        last.Add(token);
        held = texts.Aggregate(held + token, (text, stop) => text.Replace(stop, "", StringComparison.Ordinal));
        var stopped = stops.Any(stop => last.TakeLast(stop.Count).SequenceEqual(stop));
        var free = held.Length - (stopped ? 0 : Overlap(held, texts));
        var text = held[..free];
        held = held[free..];
        return (text, stopped);
    }

    public override string Flush() => Interlocked.Exchange(ref held, "");
}
