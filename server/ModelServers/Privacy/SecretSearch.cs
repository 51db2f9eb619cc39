using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assistant.ModelServers.Privacy;

/// <summary>The kind and place of a secret; never the secret itself.</summary>
/// <param name="Kind">For users, such as "an AWS access key".</param>
/// <param name="Place">Such as "messages[1].content, line 12".</param>
internal sealed record FoundSecret(string Kind, string Place);

/// <summary>
/// Finds keys, tokens and passwords in text that is about to be sent to another machine. A token with its maker's prefix counts as it is;
/// an assignment to a name such as "password" counts if its value looks generated or carefully chosen.
/// Names and examples in documentation, placeholders, and code that merely handles secrets do not count (the tests list them).
/// </summary>
internal static partial class SecretSearch
{
    private static readonly (string Kind, Regex Shape, Func<string, bool> IsSecret)[] Shapes =
    [
        ("a private key", PrivateKey(), _ => true),
        ("an AWS access key", AwsAccessKey(), value => !IsExample(value)),
        ("an AWS secret key", AwsSecretKey(), value => !IsExample(value) && Entropy(value) > 4),
        ("a GitHub token", GitHub(), value => IsMixed(value)),
        ("a GitLab token", GitLab(), value => IsMixed(value)),
        ("a Slack token", Slack(), value => value.Any(char.IsDigit)),
        ("a Slack webhook", SlackHook(), _ => true),
        ("an Azure key", Azure(), value => Entropy(value) > 4),
        ("a shared access signature", SharedAccess(), value => IsMixed(value)),
        ("an API key (sk-…)", SecretKey(), value => IsMixed(value) && !IsExample(value)),
        ("a Google API key", Google(), value => IsMixed(value)),
        ("a Stripe key", Stripe(), value => IsMixed(value)),
        ("a package registry's token", Registry(), value => IsMixed(value)),
        ("a SendGrid key", SendGrid(), value => IsMixed(value)),
        ("a JSON web token", WebToken(), _ => true),
        ("a bearer token", Bearer(), value => IsMixed(value) && !IsExample(value)),
        ("a connection string with a password", ConnectionString(), value => !IsPlaceholder(value)),
        ("an address with a password", Address(), value => !IsPlaceholder(value)),
        ("a password", Password(), IsPasswordLike),
        ("a password", PasswordVariable(), IsPasswordLike),
        ("a key or token", KeyOrToken(), IsKeyLike),
        ("a key or token", KeyVariable(), IsKeyLike),
    ];

    /// <summary>The first secret in a request's JSON body; its texts are searched without their JSON escapes.</summary>
    public static FoundSecret? InJson(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        var path = new JsonPlace();
        while (reader.Read())
        {
            path.Read(reader);
            if (reader.TokenType == JsonTokenType.String && reader.GetString() is { } text && In(text) is { } found)
            {
                return found with { Place = $"{path}, {found.Place}" };
            }
        }
        return null;
    }

    /// <summary>The first secret in a text; the place is its line, counted from 1.</summary>
    public static FoundSecret? In(string text)
    {
        foreach (var (kind, shape, isSecret) in Shapes)
        {
            for (var match = shape.Match(text); match.Success; match = match.NextMatch())
            {
                var value = match.Groups["value"];
                if (isSecret(value.Value))
                {
                    return new FoundSecret(kind, $"line {text.AsSpan(0, value.Index).Count('\n') + 1}");
                }
            }
        }
        return null;
    }

    private static bool IsPasswordLike(string value) =>
        !value.Contains(' ') && !IsPlaceholder(value) && (Classes(value) >= 3 || (value.Length >= 16 && IsMixed(value)));

    private static bool IsKeyLike(string value) => IsMixed(value) && !IsPlaceholder(value) && !Guid.TryParseExact(value, "D", out _);

    /// <summary>Letters and digits in an order that words do not have.</summary>
    private static bool IsMixed(string value) => value.Any(char.IsDigit) && value.Any(char.IsLetter) && Entropy(value) >= 3;

    private static bool IsExample(string value) =>
        value.Contains("EXAMPLE", StringComparison.OrdinalIgnoreCase) || value.Contains("xxxx", StringComparison.OrdinalIgnoreCase);

    private static bool IsPlaceholder(string value) =>
        PlaceholderMark().IsMatch(value) || PlaceholderWord().IsMatch(value) || value.Distinct().Count() <= 3;

    private static int Classes(string value) =>
        (value.Any(char.IsAsciiLetterLower) ? 1 : 0) + (value.Any(char.IsAsciiLetterUpper) ? 1 : 0)
        + (value.Any(char.IsAsciiDigit) ? 1 : 0) + (value.Any(letter => !char.IsAsciiLetterOrDigit(letter)) ? 1 : 0);

    /// <summary>Shannon entropy in bits for each character.</summary>
    private static double Entropy(string value) => value
        .GroupBy(letter => letter)
        .Select(group => (double)group.Count() / value.Length)
        .Sum(share => -share * Math.Log2(share));

    // The key block must follow: code that searches for the header alone holds no key.
    [GeneratedRegex("""(?<value>-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----)(?=[\s\S]{0,300}?[A-Za-z0-9+/]{40})""")]
    private static partial Regex PrivateKey();

    [GeneratedRegex("""\b(?<value>(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7][A-Z0-9]{15})\b""")]
    private static partial Regex AwsAccessKey();

    [GeneratedRegex("""(?i)aws.{0,20}?(?:secret|access).{0,20}?["'\s:=]{1,6}(?<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])""")]
    private static partial Regex AwsSecretKey();

    [GeneratedRegex("""\b(?<value>gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})\b""")]
    private static partial Regex GitHub();

    [GeneratedRegex("""\b(?<value>gl(?:pat|dt|rt)-[A-Za-z0-9_-]{20,})""")]
    private static partial Regex GitLab();

    [GeneratedRegex("""\b(?<value>xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,})""")]
    private static partial Regex Slack();

    [GeneratedRegex("""hooks\.slack\.com/services/(?<value>T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,})""")]
    private static partial Regex SlackHook();

    [GeneratedRegex("""(?i)(?:AccountKey|SharedAccessKey)\s*=\s*(?<value>[A-Za-z0-9+/]{42,}={0,2})""")]
    private static partial Regex Azure();

    [GeneratedRegex("""[?&]sig=(?<value>[A-Za-z0-9%]{40,})""")]
    private static partial Regex SharedAccess();

    // OpenAI, Anthropic, OpenRouter, DeepSeek and others.
    [GeneratedRegex("""(?<![A-Za-z0-9_-])(?<value>sk-(?:[a-z0-9]{2,8}-){0,2}[A-Za-z0-9_]{16,}[A-Za-z0-9_-]*)""")]
    private static partial Regex SecretKey();

    [GeneratedRegex("""\b(?<value>AIza[0-9A-Za-z_-]{35})(?![0-9A-Za-z_-])""")]
    private static partial Regex Google();

    [GeneratedRegex("""\b(?<value>[rs]k_live_[0-9a-zA-Z]{20,})""")]
    private static partial Regex Stripe();

    // npm, NuGet, PyPI, Hugging Face.
    [GeneratedRegex("""\b(?<value>npm_[A-Za-z0-9]{36}|oy2[a-z0-9]{43}|pypi-[A-Za-z0-9_-]{50,}|hf_[A-Za-z0-9]{34})\b""")]
    private static partial Regex Registry();

    [GeneratedRegex("""\b(?<value>SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,})""")]
    private static partial Regex SendGrid();

    [GeneratedRegex("""\b(?<value>eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,})""")]
    private static partial Regex WebToken();

    [GeneratedRegex("""(?i)\bbearer\s+(?<value>[A-Za-z0-9._~+/-]{20,})""")]
    private static partial Regex Bearer();

    [GeneratedRegex(
        """(?i)\b(?:server|data source|host|address|user id|uid|username|database|initial catalog|accountendpoint)"""
        + """\s*=(?:[^;"'\r\n]{0,200};){1,16}?\s*(?:password|pwd)\s*=\s*(?<value>[^;"'\s]{4,})""")]
    private static partial Regex ConnectionString();

    // The regexes below begin with a rare text and look back for the rest, so that a long text takes about a millisecond.
    [GeneratedRegex("""://(?<=\b[a-z][a-z0-9+.-]{1,20}://)[^\s:/@"'<>{}]{0,80}:(?<value>[^\s:/@"']{3,80})@[A-Za-z0-9]""")]
    private static partial Regex Address();

    [GeneratedRegex("""(?i)(?:password|passwd|passphrase|pwd)["']?\s{0,8}(?:=>|[:=])\s{0,8}[@$]?["'](?<value>[^"'\r\n]{8,200})["']""")]
    private static partial Regex Password();

    [GeneratedRegex(
        """(?:PASSWORD|PASSWD|PWD)=(?<=^[ \t]*(?:export +)?[A-Z0-9_]*=)(?<value>[^"'\s]{8,200})[ \t\r]*$""",
        RegexOptions.Multiline)]
    private static partial Regex PasswordVariable();

    [GeneratedRegex(
        """(?i)(?:secret|api_?key|access_?key|private_?key|auth_?key|account_?key|(?<!public_?key)token)["']?"""
        + """\s{0,8}(?:=>|[:=])\s{0,8}[@$]?["'](?<value>[^"'\s]{16,500})["']""")]
    private static partial Regex KeyOrToken();

    [GeneratedRegex(
        """(?:SECRET|API_KEY|ACCESS_KEY|PRIVATE_KEY|TOKEN)=(?<=^[ \t]*(?:export +)?[A-Z0-9_]*=)"""
        + """(?<value>[^"'\s]{16,500})[ \t\r]*$""",
        RegexOptions.Multiline)]
    private static partial Regex KeyVariable();

    // {0}, ${NAME}, <your key>, %NAME%, ****
    [GeneratedRegex("""\{[^{}]*\}|<[^<>]*>|\$\(|\$[A-Z_]|%[A-Za-z_]+%|\*{3}""")]
    private static partial Regex PlaceholderMark();

    // Words of samples alone (at least one letter), or words and numbers joined by dots or dashes, which name a resource or a setting.
    [GeneratedRegex("""
        (?ix)
        ^(?=[^a-z]*[a-z])(?: pass(?:word|phrase)? | p@ss(?:w[o0]rd)? | passw0rd | pwd | secret | example | change | me | your? | my
            | the | an? | some | is | here | not | real | super | very | strong | dummy | sample | placeholder | redacted | fake | mock
            | key | api | token | user | name | value | default | x{3,}(?!x) | [0-9]{1,4}(?![0-9]) | [^\p{L}0-9] )+$
        | ^test
        | ^(?:[a-z]+[0-9]{0,5} | [0-9]{1,5})(?:[._:/-](?:[a-z]+[0-9]{0,5} | [0-9]{1,5}))+$
        """)]
    private static partial Regex PlaceholderWord();
}

/// <summary>The position of a JSON reader, such as <c>messages[1].content</c>.</summary>
internal sealed class JsonPlace
{
    private readonly List<(string? Name, int Index)> levels = [];

    public void Read(in Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                levels[^1] = (reader.GetString(), -1);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                levels.RemoveAt(levels.Count - 1);
                break;
            default:
                if (levels is [.., (null, var index)])
                {
                    levels[^1] = (null, index + 1);
                }
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    levels.Add(reader.TokenType == JsonTokenType.StartArray ? (null, -1) : ("", -1));
                }
                break;
        }
    }

    public override string ToString() => string.Concat(levels.Select((level, depth) =>
        level.Name is null ? $"[{level.Index}]" : depth == 0 ? level.Name : $".{level.Name}"));
}
