using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace ModelServerSimulator;

/// <summary>
/// The scripted model: a queued reply if there is one, else FIM echo, which is what stands at the prompt's place in a document that the
/// test knows. A prompt in another family's template, or a chat template on the raw endpoint, is answered with garbage as a real model
/// would.
/// </summary>
public sealed partial class Brain
{
    /// <summary>What a model writes to a prompt that makes no sense to it; tests look for it.</summary>
    public const string Garbage =
        "\n<fim_middle>\nIt looks like you have pasted part of a file. Here is the completed code:\n\n```csharp\npublic class Program\n{\n"
        + "    public static void Main()\n    {\n        Console.WriteLine(\"Hello, World!\");\n    }\n}\n```\n\n"
        + "Let me know if you need anything else.";

    private readonly ConcurrentQueue<ModelReply> replies = new();

    /// <summary>The next completion or chat is answered with this text, whatever it asks.</summary>
    public void Enqueue(string reply) => Enqueue(new ModelReply(reply));

    /// <summary>The next completion or chat is answered with this, whatever it asks.</summary>
    public void Enqueue(ModelReply reply) => replies.Enqueue(reply);

    /// <summary>What the model goes on with behind a raw prompt. The end of the text is the end of the generation.</summary>
    internal ModelReply Continue(string prompt, FimFormat format, SimulatorOptions options) =>
        replies.TryDequeue(out var reply) ? reply : new ModelReply(Continued(prompt, format, options));

    private static string Continued(string prompt, FimFormat format, SimulatorOptions options)
    {
        if (prompt.Contains("<|im_start|>", StringComparison.Ordinal))
        {
            return Garbage;
        }
        if (format.Parts.Count > 0 && format.Parse(prompt) is { } place)
        {
            return Fill(place.Prefix, place.Suffix, format, options);
        }
        // Without any marker a base model goes on with the text; with a wrong one it loses the thread.
        return FimFormats.HoldsMarkers(prompt) || prompt.Contains(ChatHole, StringComparison.Ordinal)
            ? Garbage
            : Fill(prompt, "", format, options);
    }

    /// <summary>What the model answers a chat with: the hole of the last message if it has one.</summary>
    internal ModelReply Answer(CompletionRequest request, FimFormat format, SimulatorOptions options) =>
        replies.TryDequeue(out var reply) ? reply
        : options.ToolReply is { } calls && !request.HasResult
        && (request.OffersTools || request.Schema is not null || TellsOf(calls, request)) ? calls
        : new ModelReply(Answered(request.LastMessage, format, options)) { Reasoning = options.Reasoning };

    /// <summary>Whether the conversation itself describes the tools, for models that know of none.</summary>
    private static bool TellsOf(ModelReply calls, CompletionRequest request) =>
        calls.Calls is [var call, ..] && request.Prompt.Contains(call.Name, StringComparison.Ordinal);

    private static string Answered(string lastMessage, FimFormat format, SimulatorOptions options)
    {
        var hole = lastMessage.LastIndexOf(ChatHole, StringComparison.Ordinal);
        if (hole < 0)
        {
            return options.ChatReply;
        }
        var filled = Fill(lastMessage[..hole], Closing().Replace(lastMessage[(hole + ChatHole.Length)..], ""), format,
            options with { AfterTheHole = AfterTheHole.End });
        return $"<COMPLETION>{filled}</COMPLETION>";
    }

    private const string ChatHole = "{{FILL_HERE}}";

    private static string Fill(string prefix, string suffix, FimFormat format, SimulatorOptions options)
    {
        (prefix, suffix) = (Unified(prefix), Unified(suffix));
        var (middle, rest) = Place(prefix, suffix, options.Documents.Select(Unified)) ?? (options.WhenLost, suffix);
        return options.AfterTheHole switch
        {
            AfterTheHole.IntoSuffix => middle + rest,
            AfterTheHole.SuffixThenProse => middle + string.Concat(Lines().Matches(rest).Take(3))
                + "\n```\n\nThis code shows how the method fills the gap. The method takes its arguments and returns the result.",
            AfterTheHole.PadThenJunk => middle + (format.PadTokens is [var pad, ..] ? pad : "") + "junk\n" + Garbage,
            _ => middle,
        };
    }

    /// <summary>
    /// Finds the place in the documents where most of the prefix ends, then where the suffix goes on, and gives what stands between and
    /// what follows. The prefix may start anywhere and have other text before it, the suffix may be an old one that starts further down.
    /// </summary>
    private static (string Middle, string Behind)? Place(string prefix, string suffix, IEnumerable<string> documents)
    {
        // Enough to tell one place from another; a prefix that is shorter has to fit whole.
        const int Distinct = 12;
        const int Compared = 4000;
        (int Score, string Middle, string Behind)? best = null;
        foreach (var document in documents)
        {
            for (var caret = 0; caret <= document.Length; caret++)
            {
                var agreed = CommonEnd(prefix, document, caret, Compared);
                if (agreed < Math.Min(prefix.Length, Distinct))
                {
                    continue;
                }
                var hole = FindSuffix(document, caret, suffix);
                // The suffix decides between places with the same text before them.
                var score = (2 * agreed) + (hole is null ? 0 : 1);
                if (best is null || score > best.Value.Score)
                {
                    var end = hole ?? document.Length;
                    best = (score, document[caret..end], document[end..]);
                }
            }
        }
        return best is { } found ? (found.Middle, found.Behind) : null;
    }

    private static int? FindSuffix(string document, int caret, string suffix)
    {
        if (suffix.Length == 0)
        {
            return null;
        }
        var head = suffix[..Math.Min(suffix.Length, 200)];
        var found = document.IndexOf(head, caret, StringComparison.Ordinal);
        return found < 0 ? null : found;
    }

    private static int CommonEnd(string prefix, string document, int caret, int most)
    {
        var length = 0;
        while (length < most && length < prefix.Length && length < caret && prefix[^(length + 1)] == document[caret - length - 1])
        {
            length++;
        }
        return length;
    }

    private static string Unified(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    [GeneratedRegex("[^\n]*\n?")]
    private static partial Regex Lines();

    /// <summary>A fence or a closing tag that ends the message is the question's form, not the file's text.</summary>
    [GeneratedRegex("\n(```|</[A-Za-z_]+>)[\\s\\S]*$")]
    private static partial Regex Closing();
}
