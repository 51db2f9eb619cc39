using System.Text;

namespace Assistant.ModelServers.Dialects;

/// <summary>
/// Moves <c>&lt;think&gt;…&lt;/think&gt;</c> out of an answer's text if the server has not done it. Only a tag at the beginning counts; a
/// later tag is text.
/// </summary>
/// <param name="thinksFirst">The prompt may hold the opening tag: the text before the closing tag is thinking.</param>
internal sealed class ThinkText(bool thinksFirst)
{
    private const string Opening = "<think>";
    private const string Closing = "</think>";

    private readonly StringBuilder held = new();
    private readonly StringBuilder guessed = new();
    private Place place = Place.Start;

    private enum Place
    {
        Start,
        Thinking,

        /// <summary>As <see cref="Thinking"/>, but without an opening tag.</summary>
        Guessed,
        AfterThinking,
        Answer,
    }

    /// <summary>No tag is expected any more: text passes unchanged.</summary>
    public bool Settled => place == Place.Answer;

    /// <summary>The server separates reasoning from text itself.</summary>
    public void SawReasoning()
    {
        if (place == Place.Start)
        {
            place = Place.Answer;
        }
    }

    public (string Thinking, string Answer) Feed(string text)
    {
        if (Settled)
        {
            return ("", Take() + text);
        }
        held.Append(text);
        var thinking = "";
        if (place == Place.Start)
        {
            var all = held.ToString().TrimStart();
            if (Opening.StartsWith(all[..Math.Min(all.Length, Opening.Length)], StringComparison.Ordinal) && all.Length < Opening.Length)
            {
                return ("", "");
            }
            var opened = all.StartsWith(Opening, StringComparison.Ordinal);
            place = opened ? Place.Thinking : thinksFirst ? Place.Guessed : Place.Answer;
            if (opened)
            {
                held.Clear().Append(all, Opening.Length, all.Length - Opening.Length);
            }
        }
        if (place is Place.Thinking or Place.Guessed)
        {
            thinking = UntilClosing();
            if (place == Place.Guessed)
            {
                guessed.Append(thinking);
            }
        }
        if (place == Place.AfterThinking)
        {
            // Templates write blank lines after the tag.
            var rest = Take().TrimStart();
            if (rest.Length == 0)
            {
                return (thinking, "");
            }
            place = Place.Answer;
            return (thinking, rest);
        }
        return place == Place.Answer ? (thinking, Take()) : (thinking, "");
    }

    /// <summary>Returns the held text at the end of the answer.</summary>
    /// <param name="wasCut">The answer ended at its token limit, perhaps in the middle of a thought.</param>
    public (string Thinking, string Answer) End(bool wasCut)
    {
        var rest = Take();
        return place switch
        {
            Place.Thinking => (rest, ""),
            Place.Guessed when wasCut => (rest, ""),
            // The text held no thoughts. A late answer is better than none.
            Place.Guessed => (rest, guessed.Append(rest).ToString()),
            _ => ("", rest),
        };
    }

    private string UntilClosing()
    {
        var all = Take();
        var closing = all.IndexOf(Closing, StringComparison.Ordinal);
        if (closing >= 0)
        {
            place = Place.AfterThinking;
            held.Append(all, closing + Closing.Length, all.Length - closing - Closing.Length);
            return all[..closing];
        }
        var doubtful = 0;
        for (var length = Math.Min(all.Length, Closing.Length - 1); length > 0 && doubtful == 0; length--)
        {
            doubtful = Closing.StartsWith(all[^length..], StringComparison.Ordinal) ? length : 0;
        }
        held.Append(all, all.Length - doubtful, doubtful);
        return all[..^doubtful];
    }

    private string Take()
    {
        var all = held.ToString();
        held.Clear();
        return all;
    }
}
