using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Assistant.Inference.ToolCalls;

/// <summary>
/// Calls with tags for names and values: Qwen3-Coder, MiniMax, GLM. Values are text; the tool's schema gives their types.
/// </summary>
internal static partial class XmlCalls
{
    /// <summary>
    /// <c>&lt;function=f&gt;&lt;parameter=a&gt;1&lt;/parameter&gt;&lt;/function&gt;</c>, one or several; also with JSON inside.
    /// </summary>
    public static IReadOnlyList<WrittenCall> InBlock(string block) =>
    [
        .. Function().Matches(block).Select(match => new WrittenCall(
            match.Groups["name"].Value,
            match.Groups["body"].Value.Trim() is ['{', ..] json ? json : Arguments(Parameter().Matches(match.Groups["body"].Value)))),
    ];

    /// <summary><c>f&lt;arg_key&gt;a&lt;/arg_key&gt;&lt;arg_value&gt;1&lt;/arg_value&gt;</c></summary>
    public static IReadOnlyList<WrittenCall> WithKeys(string block) =>
        [new WrittenCall(block[..block.IndexOf("<arg_key>", StringComparison.Ordinal)].Trim(), Arguments(Pair().Matches(block)))];

    private static string Arguments(MatchCollection pairs)
    {
        var arguments = new JsonObject();
        foreach (Match pair in pairs)
        {
            // The notation adds one line end on either side of a value.
            var value = pair.Groups["value"].Value;
            value = value.StartsWith('\n') ? value[1..] : value;
            arguments[pair.Groups["key"].Value.Trim()] = value.EndsWith('\n') ? value[..^1] : value;
        }
        return arguments.ToJsonString();
    }

    [GeneratedRegex(
        """<(?:function=|invoke name=")(?<name>[^>"\s]+)"?>(?<body>.*?)(?:</function>|</invoke>|\z)""", RegexOptions.Singleline)]
    private static partial Regex Function();

    [GeneratedRegex(
        """<parameter(?:=| name=")(?<key>[^>"]+)"?>(?<value>.*?)(?:</parameter>|(?=<parameter[= ])|\z)""", RegexOptions.Singleline)]
    private static partial Regex Parameter();

    [GeneratedRegex("<arg_key>(?<key>.*?)</arg_key>\\s*<arg_value>(?<value>.*?)(?:</arg_value>|\\z)", RegexOptions.Singleline)]
    private static partial Regex Pair();
}
