using System.Globalization;
using System.Text.RegularExpressions;

namespace Assistant.Inference.Chat;

/// <summary>A prompt that did not fit, as servers say it, or as it is to be guessed.</summary>
internal static partial class ContextOverflow
{
    // Nearer to the context than this an empty answer says that nothing was left for it (LM Studio with GGUF models, docs/model-servers.md).
    private const double NearlyFull = 0.85;

    /// <summary>Empty content and a usual end, after a prompt that filled the context.</summary>
    public static bool IsSuspected(int promptTokens, int contextTokens) => promptTokens >= contextTokens * NearlyFull;

    /// <summary>The context that the server has, in its own words; null where they do not say.</summary>
    public static int? ContextIn(string words) =>
        Context().Match(words) is { Success: true } match
        && int.TryParse(match.Groups.Values.Skip(1).First(group => group.Success).Value, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens)
            ? tokens
            : null;

    /// <summary>The prompt's tokens as the server counted them; null where it does not say.</summary>
    public static int? PromptIn(string words) =>
        Prompt().Match(words) is { Success: true } match
        && int.TryParse(match.Groups.Values.Skip(1).First(group => group.Success).Value, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens)
            ? tokens
            : null;

    // "request (1407 tokens)", "The input has 31430 tokens", "n_keep: 13055", "n_keep (15028)", "the first 5000 tokens", "requested 9000 tokens".
    [GeneratedRegex(@"request \((\d{2,8}) tokens|has (\d{2,8}) tokens|n_keep\W{0,4}(\d{2,8})|first (\d{2,8}) tokens|requested (\d{2,8}) tokens", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Prompt();

    // "n_ctx: 4096", "n_ctx (7424)", "only supports 30000 tokens", "context size (4096 tokens)", "context length of only 4096 tokens",
    // "maximum context length is 8192 tokens".
    [GeneratedRegex(@"n_ctx\W{0,4}(\d{2,8})|only supports (\d{2,8})|context (?:size|length)(?: of| is| only)*\W{0,3}(\d{2,8})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Context();
}
