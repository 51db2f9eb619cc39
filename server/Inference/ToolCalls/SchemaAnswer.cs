using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>
/// Reads an answer in the form of <see cref="AnswerSchema"/>. Text streams out of its JSON string as it arrives; a call is returned whole.
/// An answer that breaks the schema is read by <see cref="TextCalls"/>.
/// </summary>
internal sealed partial class SchemaAnswer(OfferedTools tools) : IAnswerReader
{
    private readonly StringBuilder held = new();
    private State state = State.Start;
    private TextCalls? loose;

    private enum State
    {
        Start,
        Call,

        /// <summary>The answer is a JSON string that has not ended.</summary>
        Answer,

        /// <summary>The answer is JSON of the caller's own schema.</summary>
        Json,
        Done,
    }

    public IReadOnlyList<AIContent> Feed(string text)
    {
        if (loose is not null)
        {
            return loose.Feed(text);
        }
        held.Append(text);
        if (state == State.Start)
        {
            var all = held.ToString();
            if (Opening().Match(all) is { Success: true } opening)
            {
                var answer = opening.Groups[1].Value == AnswerSchema.Answer;
                state = !answer ? State.Call : opening.Groups[2].Value == "\"" ? State.Answer : State.Json;
                if (answer)
                {
                    held.Remove(0, state == State.Answer ? opening.Length : opening.Groups[2].Index);
                }
            }
            else if (!OpeningBegun().IsMatch(all))
            {
                loose = new TextCalls(tools);
                return loose.Feed(all);
            }
        }
        return state == State.Answer && Decode() is { Length: > 0 } decoded ? [new TextContent(decoded)] : [];
    }

    public IReadOnlyList<AIContent> End(bool wasCut)
    {
        if (loose is not null)
        {
            return loose.End(wasCut);
        }
        var all = held.ToString();
        switch (state)
        {
            case State.Call when JsonRepair.TryParse(all) is { } json && WrittenCall.OfJson(json, marked: true) is [var call]:
                return [ToolArguments.Call(tools, null, call.Name, call.Arguments, wasCut)];
            case State.Call:
                return [ToolArguments.Unreadable(tools, WrittenCall.NameIn(all, whole: true), wasCut)];
            case State.Json:
                var end = JsonRepair.End(all);
                return [new TextContent(end > 0 ? all[..end] : all.TrimEnd().TrimEnd('}').TrimEnd())];
            case State.Start when all.Length > 0:
                return [new TextContent(all)];
            default:
                return [];
        }
    }

    /// <summary>Takes the decoded text from the held string; an incomplete escape stays held.</summary>
    private string Decode()
    {
        var text = new StringBuilder();
        var at = 0;
        while (at < held.Length)
        {
            var c = held[at];
            if (c == '"')
            {
                state = State.Done;
                break;
            }
            if (c != '\\')
            {
                text.Append(c);
                at++;
                continue;
            }
            var length = at + 1 < held.Length && held[at + 1] == 'u' ? 6 : 2;
            if (at + length > held.Length)
            {
                break;
            }
            text.Append(held[at + 1] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\b',
                'f' => '\f',
                'u' => ushort.TryParse(held.ToString(at + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var unit)
                    ? (char)unit
                    : '\uFFFD',
                var other => other,
            });
            at += length;
        }
        held.Remove(0, at);
        return text.ToString();
    }

    [GeneratedRegex("^\\s*\\{\\s*\"(tool|answer)\"\\s*:\\s*(\\S)")]
    private static partial Regex Opening();

    [GeneratedRegex("^\\s*(\\{\\s*(\"(t(o(ol?)?)?|a(n(s(w(er?)?)?)?)?)?)?|\\{\\s*\"(tool|answer)\"\\s*:?\\s*)?$")]
    private static partial Regex OpeningBegun();
}
