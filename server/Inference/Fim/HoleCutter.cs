using System.Text;

namespace Assistant.Inference.Fim;

/// <summary>
/// Extracts the text between <c>&lt;COMPLETION&gt;</c> and <c>&lt;/COMPLETION&gt;</c> from a chat model's answer. The text before the tags
/// (greetings, reasoning) and after them is dropped. This class finds the closing tag, since no server gets a textual stop.
/// </summary>
internal sealed class HoleCutter
{
    public const string Opening = "<COMPLETION>";
    public const string Closing = "</COMPLETION>";

    private readonly StringBuilder held = new();

    public bool SawTag { get; private set; }

    public bool Closed { get; private set; }

    /// <returns>The next part of the hole's text; the possible beginning of a closing tag is held back.</returns>
    public string Feed(string text)
    {
        if (Closed)
        {
            return "";
        }
        held.Append(text);
        var all = held.ToString();
        if (!SawTag)
        {
            var opening = all.IndexOf(Opening, StringComparison.OrdinalIgnoreCase);
            if (opening < 0)
            {
                Keep(all[^Math.Min(all.Length, Opening.Length - 1)..]);
                return "";
            }
            SawTag = true;
            all = all[(opening + Opening.Length)..];
        }
        var closing = all.IndexOf(Closing, StringComparison.OrdinalIgnoreCase);
        if (closing >= 0)
        {
            Closed = true;
            Keep("");
            return all[..closing];
        }
        var doubtful = DoubtfulTail(all);
        Keep(all[^doubtful..]);
        return all[..^doubtful];
    }

    private void Keep(string rest) => held.Clear().Append(rest);

    private static int DoubtfulTail(string text)
    {
        for (var length = Math.Min(text.Length, Closing.Length - 1); length > 0; length--)
        {
            if (Closing.StartsWith(text[^length..], StringComparison.OrdinalIgnoreCase))
            {
                return length;
            }
        }
        return 0;
    }
}
