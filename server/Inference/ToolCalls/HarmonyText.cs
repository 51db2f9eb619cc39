using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>
/// Reads gpt-oss's channels from the text of a server that does not parse them: <c>analysis</c> is reasoning, <c>final</c> is the answer,
/// and <c>commentary</c> to <c>functions.NAME</c> is a call.
/// </summary>
internal sealed partial class HarmonyText(OfferedTools tools)
{
    private static readonly string[] Ends = ["<|end|>", "<|call|>", "<|return|>", "<|start|>", "<|channel|>"];

    private readonly StringBuilder held = new();
    private string? header;

    public void Feed(string text, bool ended, bool wasCut, List<AIContent> contents)
    {
        held.Append(text);
        while (held.Length > 0)
        {
            var all = held.ToString();
            if (header is null)
            {
                var message = all.IndexOf("<|message|>", StringComparison.Ordinal);
                if (message < 0)
                {
                    if (ended)
                    {
                        held.Clear();
                    }
                    return;
                }
                header = all[..message];
                held.Remove(0, message + "<|message|>".Length);
                continue;
            }
            var end = Ends.Select(marker => all.IndexOf(marker, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
            if (CallName().Match(header) is { Success: true } name)
            {
                if (end < 0 && !ended)
                {
                    return;
                }
                contents.Add(ToolArguments.Call(tools, null, name.Groups[1].Value, all[..(end < 0 ? all.Length : end)], wasCut));
            }
            else
            {
                // The beginning of a marker stays held.
                var length = end >= 0 ? end : ended ? all.Length : all.Length - PartialMarkerLength(all);
                if (length > 0)
                {
                    contents.Add(header.Contains("analysis", StringComparison.Ordinal)
                        ? new TextReasoningContent(all[..length])
                        : new TextContent(all[..length]));
                }
                if (end < 0)
                {
                    held.Remove(0, length);
                    return;
                }
            }
            held.Remove(0, end < 0 ? all.Length : end);
            // <|start|> and <|channel|> begin the next header; other markers are dropped.
            header = null;
            if (held.Length > 0
                && !all[end..].StartsWith("<|start|>", StringComparison.Ordinal)
                && !all[end..].StartsWith("<|channel|>", StringComparison.Ordinal))
            {
                held.Remove(0, Ends.First(marker => all[end..].StartsWith(marker, StringComparison.Ordinal)).Length);
            }
        }
    }

    private static int PartialMarkerLength(string all)
    {
        var at = all.LastIndexOf('<');
        return at >= 0 && Ends.Any(marker => marker.StartsWith(all[at..], StringComparison.Ordinal)) ? all.Length - at : 0;
    }

    [GeneratedRegex(@"to=(?:functions\.)?([\w.\-]+)")]
    private static partial Regex CallName();
}
