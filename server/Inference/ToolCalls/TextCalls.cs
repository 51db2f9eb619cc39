using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>
/// Finds calls in an answer's text, in every notation that was observed. Text is held back only while it can still become a call. A marked
/// block is always a call, and a faulty one carries its error for the model; an object, a fence or a Python list is a call only if it names
/// an offered tool.
/// </summary>
internal sealed partial class TextCalls(OfferedTools tools) : IAnswerReader
{
    private static readonly char[] Beginnings = ['<', '[', '{', '`'];

    private readonly StringBuilder held = new();
    private readonly List<AIContent> found = [];
    private HarmonyText? harmony;
    private string blank = "";
    private bool inFence;
    private bool lineStart = true;
    private bool afterCall;

    public IReadOnlyList<AIContent> Feed(string text) => Read(text, ended: false, wasCut: false);

    public IReadOnlyList<AIContent> End(bool wasCut) => Read("", ended: true, wasCut);

    private AIContent[] Read(string text, bool ended, bool wasCut)
    {
        found.Clear();
        if (harmony is null)
        {
            held.Append(text);
            text = "";
            while (held.Length > 0 && Step(held.ToString(), ended, wasCut))
            {
            }
        }
        harmony?.Feed(text, ended, wasCut, found);
        return Joined();
    }

    private AIContent[] Joined()
    {
        for (var index = found.Count - 1; index > 0; index--)
        {
            if (found[index] is TextContent text && found[index - 1] is TextContent before)
            {
                found[index - 1] = new TextContent(before.Text + text.Text);
                found.RemoveAt(index);
            }
        }
        return [.. found];
    }

    /// <summary>Consumes text from the front of the held text.</summary>
    /// <returns>False if more text has to arrive first.</returns>
    private bool Step(string all, bool ended, bool wasCut)
    {
        var at = inFence ? all.IndexOf('`') : all.AsSpan().IndexOfAny(Beginnings);
        if (at != 0)
        {
            Text(at < 0 ? all : all[..at]);
            return true;
        }
        if (all.StartsWith("<|channel|>", StringComparison.Ordinal)
            || (!afterCall && all.StartsWith("<|start|>", StringComparison.Ordinal)))
        {
            harmony = new HarmonyText(tools);
            harmony.Feed(all, ended, wasCut, found);
            held.Clear();
            return false;
        }
        var outcome = all[0] == '`' ? Fence(all, ended, wasCut) : Marked(all, ended, wasCut) ?? Unmarked(all, ended, wasCut);
        switch (outcome)
        {
            case { More: true }:
                return false;
            case { Length: > 0 }:
                Calls(outcome);
                return true;
            case { Length: < 0 }:
                return true;
            default:
                Text(all[..1]);
                return true;
        }
    }

    /// <summary>Null if the text does not begin with a marker or with the beginning of one.</summary>
    private Outcome? Marked(string all, bool ended, bool wasCut)
    {
        if (Begins(all, "[TOOL_CALLS]") is { } mistral)
        {
            return mistral ? Mistral(all, ended, wasCut) : ended ? null : Outcome.Wait;
        }
        foreach (var wrapping in CallMarkers.Wrappings)
        {
            if (all.StartsWith(wrapping, StringComparison.Ordinal) && (afterCall || wrapping[1] != '/'))
            {
                return new Outcome(wrapping.Length, []);
            }
        }
        foreach (var (open, close) in CallMarkers.Pairs)
        {
            if (!all.StartsWith(open, StringComparison.Ordinal))
            {
                continue;
            }
            var from = open.EndsWith('>') || open.EndsWith(']') ? open.Length : 0;
            var end = all.IndexOf(close, from, StringComparison.Ordinal);
            var next = all.IndexOf(open, open.Length, StringComparison.Ordinal);
            if (next >= 0 && (end < 0 || next < end))
            {
                return Block(all[from..next], next, wasCut: false);
            }
            return end >= 0 ? Block(all[from..end], end + close.Length, wasCut: false)
                : ended ? Block(all[from..], all.Length, wasCut)
                : Outcome.Wait;
        }
        return !ended && (Array.Exists(CallMarkers.Pairs, marker => marker.Open.StartsWith(all, StringComparison.Ordinal))
            || Array.Exists(CallMarkers.Wrappings, wrapping => wrapping.StartsWith(all, StringComparison.Ordinal))
            || "<|channel|>".StartsWith(all, StringComparison.Ordinal) || "<|start|>".StartsWith(all, StringComparison.Ordinal))
            ? Outcome.Wait
            : null;
    }

    private Outcome Block(string body, int length, bool wasCut)
    {
        var calls = WrittenCall.InBlock(body);
        var isCutObject = wasCut && body.TrimStart() is ['{', ..] && JsonRepair.End(body.AsSpan().TrimStart()) < 0;
        return new Outcome(length, calls.Count > 0 && !isCutObject
            ? [.. calls.Select(call => ToolArguments.Call(tools, null, call.Name, call.Arguments))]
            : [ToolArguments.Unreadable(tools, WrittenCall.NameIn(body, whole: true), wasCut)]);
    }

    /// <summary><c>[TOOL_CALLS][{…}]</c>, or <c>[TOOL_CALLS]name[ARGS]{…}</c>; there is no closing marker.</summary>
    private Outcome Mistral(string all, bool ended, bool wasCut)
    {
        const string Open = "[TOOL_CALLS]";
        var match = MistralName().Match(all[Open.Length..]);
        var start = Open.Length + match.Length;
        if (start == all.Length)
        {
            return ended ? Block(match.Groups[1].Value, all.Length, wasCut) : Outcome.Wait;
        }
        var end = all[start] is '{' or '[' ? JsonRepair.End(all.AsSpan(start)) : -1;
        if (end < 0)
        {
            return ended || all[start] is not ('{' or '[') ? Block(all[start..], all.Length, wasCut) : Outcome.Wait;
        }
        var json = all.Substring(start, end);
        return match.Groups[1].Length > 0
            ? new Outcome(start + end, [ToolArguments.Call(tools, null, match.Groups[1].Value, json)])
            : Block(json, start + end, wasCut: false);
    }

    /// <summary>An object, an array of them, or a Python list, at the start of a line.</summary>
    private Outcome Unmarked(string all, bool ended, bool wasCut)
    {
        if (!lineStart || all[0] == '<')
        {
            return Outcome.None;
        }
        if (PythonName().Match(all) is { Success: true } python)
        {
            var name = python.Groups[1].Value;
            if (python.Groups[2].Success ? tools.Find(name) is null : !tools.CouldBecome(name) || ended)
            {
                return Outcome.None;
            }
            var length = PythonCalls.End(all);
            return length < 0 ? ended ? Outcome.None : Outcome.Wait : Offered(PythonCalls.InBlock(all[..length]), length);
        }
        if (!WrittenCall.CouldBecome(all, tools))
        {
            return Outcome.None;
        }
        var end = JsonRepair.End(all);
        if (end < 0)
        {
            return !ended ? Outcome.Wait : Broken(all, all.Length, wasCut);
        }
        return JsonRepair.TryParse(all[..end]) is { } json
            ? Offered(WrittenCall.OfJson(json, marked: false), end)
            : Broken(all[..end], end, wasCut: false);
    }

    /// <summary>A fence that holds only calls is a call; any other fence is text, calls inside it included.</summary>
    private Outcome Fence(string all, bool ended, bool wasCut)
    {
        if (!lineStart || (all.Length >= 3 && !all.StartsWith("```", StringComparison.Ordinal)))
        {
            return Outcome.None;
        }
        if (all.Length < 3)
        {
            return ended || !"```".StartsWith(all, StringComparison.Ordinal) ? Outcome.None : Outcome.Wait;
        }
        if (inFence)
        {
            inFence = false;
            Text("```");
            return Outcome.Again;
        }
        var opening = FenceOpening().Match(all);
        if (!opening.Success)
        {
            return ended || !FenceOpeningBegun().IsMatch(all) ? Code() : Outcome.Wait;
        }
        var body = all[opening.Length..];
        if (body.Length == 0)
        {
            return ended ? Code() : Outcome.Wait;
        }
        if (body[0] is not ('{' or '[') || !WrittenCall.CouldBecome(body, tools))
        {
            return Code();
        }
        var close = body.IndexOf("\n```", StringComparison.Ordinal) is >= 0 and var newLine ? newLine + 1
            : JsonRepair.End(body) is > 0 and var length && body[length..].TrimStart().StartsWith("```", StringComparison.Ordinal)
                ? body.IndexOf("```", length, StringComparison.Ordinal)
            : -1;
        if (close < 0 && !ended)
        {
            return Outcome.Wait;
        }
        var (json, taken) = close < 0 ? (body, all.Length) : (body[..close], opening.Length + close + 3);
        var calls = WrittenCall.InBlock(json, marked: false);
        var outcome = calls.Count > 0 ? Offered(calls, taken) : Broken(json, taken, wasCut && close < 0);
        return outcome.Length > 0 ? outcome : Code();

        Outcome Code()
        {
            inFence = true;
            Text("```");
            return Outcome.Again;
        }
    }

    private Outcome Offered(IReadOnlyList<WrittenCall> calls, int length) =>
        calls.Count > 0 && calls.All(call => tools.Find(call.Name) is not null)
            ? new Outcome(length, [.. calls.Select(call => ToolArguments.Call(tools, null, call.Name, call.Arguments))])
            : Outcome.None;

    /// <summary>A text that names an offered tool and cannot be parsed is a faulty call: the model gets the error.</summary>
    private Outcome Broken(string text, int length, bool wasCut) =>
        WrittenCall.NameIn(text, whole: true) is { } name && tools.Find(name) is not null
        && text.Contains("\"arguments\"", StringComparison.Ordinal)
            ? new Outcome(length, [ToolArguments.Unreadable(tools, name, wasCut)])
            : Outcome.None;

    private void Calls(Outcome outcome)
    {
        held.Remove(0, outcome.Length);
        found.AddRange(outcome.Calls);
        afterCall |= outcome.Calls.Count > 0;
        lineStart = true;
    }

    private void Text(string text)
    {
        held.Remove(0, text.Length);
        var line = text.AsSpan(text.LastIndexOf('\n') + 1);
        lineStart = line.IsWhiteSpace() && (lineStart || text.Contains('\n'));
        // Blank text after a call is dropped, unless more text follows.
        if (afterCall && string.IsNullOrWhiteSpace(text))
        {
            blank += text;
            return;
        }
        found.Add(new TextContent(blank + text));
        blank = "";
    }

    /// <returns>True: the text begins with the marker; false: it may become the marker; null: it does not begin with it.</returns>
    private static bool? Begins(string all, string marker) =>
        all.StartsWith(marker, StringComparison.Ordinal) ? true : marker.StartsWith(all, StringComparison.Ordinal) ? false : null;

    [GeneratedRegex(@"^\s*([\w.\-]*)(?:\[CALL_ID\]\w*)?(?:\[ARGS\])?\s*")]
    private static partial Regex MistralName();

    [GeneratedRegex(@"^\[\s*([A-Za-z_][\w.]*)\s*(\()?")]
    private static partial Regex PythonName();

    [GeneratedRegex(@"^```(?:json|jsonc|tool_call|tool_code|tool|tool_request)?[ \t]*\r?\n\s*")]
    private static partial Regex FenceOpening();

    [GeneratedRegex(@"^```[a-z_]*[ \t]*\r?$")]
    private static partial Regex FenceOpeningBegun();

    /// <param name="Length">Length of the calls' text in UTF-16 units; 0 without calls.</param>
    /// <param name="More">More text has to arrive before a decision.</param>
    private sealed record Outcome(int Length, IReadOnlyList<AIContent> Calls, bool More = false)
    {
        public static readonly Outcome None = new(0, []);

        public static readonly Outcome Wait = new(0, [], More: true);

        /// <summary>The text is consumed already.</summary>
        public static readonly Outcome Again = new(-1, []);
    }
}
