using System.Text;

namespace Assistant.ModelServers.Dialects;

/// <summary>
/// Takes <c>&lt;think&gt;…&lt;/think&gt;</c> out of an answer's text, where the server has not done it. Only what stands first is thinking:
/// a tag later on is text.
/// </summary>
/// <param name="thinksFirst">The opening tag may stand in the prompt: what comes first is thinking until the closing tag says so.</param>
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

        /// <summary>As <see cref="Thinking"/>, but no tag has said so.</summary>
        Guessed,
        AfterThinking,
        Answer,
    }

    /// <summary>Nothing is looked for any more: text can be handed on as it is.</summary>
    public bool Settled => place == Place.Answer;

    /// <summary>The server splits by itself.</summary>
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

    /// <summary>What was held back when the text ended.</summary>
    /// <param name="wasCut">It ended at its token limit, in mid-thought perhaps.</param>
    public (string Thinking, string Answer) End(bool wasCut)
    {
        var rest = Take();
        return place switch
        {
            Place.Thinking => (rest, ""),
            Place.Guessed when wasCut => (rest, ""),
            // It had not been thinking after all: an answer that is seen late is better than none.
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
