using System.Globalization;
using System.Text.RegularExpressions;

namespace Assistant.ModelServers.Dialects;

/// <summary>The token counts in a server's overflow message: of the prompt, and of the loaded context.</summary>
internal static partial class TokenCounts
{
    /// <returns>Each count null if the message does not name it.</returns>
    public static (int? Prompt, int? Context) Of(string words) => (Number(Prompt().Match(words)), Number(Context().Match(words)));

    // Only the group of the matching alternative succeeds.
    private static int? Number(Match match) =>
        match.Groups.Values.Skip(1).FirstOrDefault(group => group.Success) is { } group
        && int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens)
            ? tokens
            : null;

    // "request (1407 tokens)", "The input has 31430 tokens", "n_keep: 13055", "n_keep (15028)", "the first 5000 tokens",
    // "requested 9000 tokens".
    [GeneratedRegex(
        @"request \((\d{2,8}) tokens|has (\d{2,8}) tokens|n_keep\W{0,4}(\d{2,8})|first (\d{2,8}) tokens|requested (\d{2,8}) tokens",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Prompt();

    // "n_ctx: 4096", "n_ctx (7424)", "only supports 30000 tokens", "context size (4096 tokens)", "context length of only 4096 tokens",
    // "maximum context length is 8192 tokens".
    [GeneratedRegex(
        @"n_ctx\W{0,4}(\d{2,8})|only supports (\d{2,8})|context (?:size|length)(?: of| is| only)*\W{0,3}(\d{2,8})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Context();
}
