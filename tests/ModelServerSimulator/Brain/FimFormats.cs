using System.Text.RegularExpressions;

namespace ModelServerSimulator;

/// <summary>The FIM format that a model family was trained on, as data.</summary>
/// <param name="Parts">
/// The markers in the order of the prompt, each with what stands after it: P(refix), S(uffix), or both ends of the hole at the middle (M).
/// </param>
/// <param name="Specials">Tokens of the vocabulary that count as one.</param>
/// <param name="EndTokens">Specials at which every server ends the generation.</param>
/// <param name="PadTokens">Specials that end it on llama.cpp only, which takes more of them for an end.</param>
public sealed record FimFormat(
    string Name, string IdPattern, IReadOnlyList<(string Marker, char Holds)> Parts,
    IReadOnlyList<string> Specials, IReadOnlyList<string> EndTokens, IReadOnlyList<string> PadTokens)
{
    /// <summary>Splits a prompt into what stands before and after the hole; null if it is not of this format.</summary>
    public (string Prefix, string Suffix)? Parse(string prompt)
    {
        var position = 0;
        var starts = new List<int>();
        foreach (var (marker, _) in Parts)
        {
            var found = prompt.IndexOf(marker, position, StringComparison.Ordinal);
            // A marker that comes twice or too early is a wrong template; context of other files holds none.
            if (found < 0 || prompt.IndexOf(marker, StringComparison.Ordinal) != found
                || prompt.IndexOf(marker, found + marker.Length, StringComparison.Ordinal) >= 0)
            {
                return null;
            }
            starts.Add(found);
            position = found + marker.Length;
        }
        string prefix = "", suffix = "";
        for (var i = 0; i < Parts.Count; i++)
        {
            var text = prompt[(starts[i] + Parts[i].Marker.Length)..(i + 1 < Parts.Count ? starts[i + 1] : prompt.Length)];
            if (Parts[i].Holds == 'S')
            {
                suffix = text;
            }
            else
            {
                // What stands after the middle token goes on where the prefix ended.
                prefix += text;
            }
        }
        return (prefix, suffix);
    }
}

/// <summary>The formats that the simulated models know. Order matters: the first whose pattern fits a model's id is its own.</summary>
public static partial class FimFormats
{
    private static readonly string[] QwenSpecials =
        ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>", "<|endoftext|>",
            "<|im_start|>", "<|im_end|>"];

    private static readonly string[] StarSpecials =
        ["<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>", "<repo_name>", "<reponame>", "<file_sep>", "<filename>",
            "<|endoftext|>", "<|end_of_text|>"];

    private static readonly string[] DeepSeekSpecials =
        ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>", "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"];

    public static IReadOnlyList<FimFormat> All { get; } =
    [
        new("mellum", "mellum", [("<fim_suffix>", 'S'), ("<fim_prefix>", 'P'), ("<fim_middle>", 'M')], StarSpecials, ["<|endoftext|>"],
            ["<fim_pad>"]),
        new("seed-coder", "seed-coder.*base", [("<[fim-suffix]>", 'S'), ("<[fim-prefix]>", 'P'), ("<[fim-middle]>", 'M')],
            ["<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>", "<[end▁of▁sentence]>"], ["<[end▁of▁sentence]>"], []),
        new("codestral", "codestral", [("[SUFFIX]", 'S'), ("[PREFIX]", 'P')], ["[SUFFIX]", "[PREFIX]", "[MIDDLE]", "<s>", "</s>"], ["</s>"],
            []),
        new("deepseek", "deepseek-coder", [("<｜fim▁begin｜>", 'P'), ("<｜fim▁hole｜>", 'S'), ("<｜fim▁end｜>", 'M')],
            DeepSeekSpecials, ["<｜end▁of▁sentence｜>"], []),
        // The spaces belong to the format.
        new("codellama", "codellama", [("<PRE> ", 'P'), (" <SUF>", 'S'), (" <MID>", 'M')],
            ["<PRE>", "<SUF>", "<MID>", "<EOT>", "<s>", "</s>"], ["<EOT>", "</s>"], []),
        new("codegeex", "codegeex", [("<|code_suffix|>", 'S'), ("<|code_prefix|>", 'P'), ("<|code_middle|><|assistant|>\n", 'M')],
            ["<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>", "<|user|>", "<|assistant|>", "<|endoftext|>"],
            ["<|endoftext|>", "<|user|>"], []),
        new("glm", "glm-", [("<|code_prefix|>", 'P'), ("<|code_suffix|>", 'S'), ("<|code_middle|>", 'M')],
            ["<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>", "<|user|>", "<|assistant|>", "<|endoftext|>"],
            ["<|endoftext|>", "<|user|>"], []),
        new("codegemma", "codegemma", [("<|fim_prefix|>", 'P'), ("<|fim_suffix|>", 'S'), ("<|fim_middle|>", 'M')],
            ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_separator|>", "<end_of_turn>", "<eos>"],
            ["<eos>", "<end_of_turn>"], ["<|file_separator|>"]),
        new("granite-4", "granite-4", [("<|fim_prefix|>", 'P'), ("<|fim_suffix|>", 'S'), ("<|fim_middle|>", 'M')],
            ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>", "<|end_of_text|>"], ["<|end_of_text|>"], ["<|fim_pad|>"]),
        new("starcoder", "starcoder|granite|stable-code|codeqwen1", [("<fim_prefix>", 'P'), ("<fim_suffix>", 'S'), ("<fim_middle>", 'M')],
            StarSpecials, ["<|endoftext|>", "<|end_of_text|>"], ["<fim_pad>", "<file_sep>"]),
        new("qwen", "qwen.*coder|qwen3-coder|zeta|sweep", [("<|fim_prefix|>", 'P'), ("<|fim_suffix|>", 'S'), ("<|fim_middle|>", 'M')],
            QwenSpecials, ["<|endoftext|>", "<|im_end|>"], ["<|fim_pad|>", "<|repo_name|>", "<|file_sep|>"]),
        new("none", "", [], ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>"], ["<|im_end|>", "<|endoftext|>"], []),
    ];

    public static FimFormat Of(SimulatedModel model) =>
        All.First(format =>
            model.FimFormat is { } name ? format.Name == name : Regex.IsMatch(model.Id.ToLowerInvariant(), format.IdPattern));

    /// <summary>
    /// Whether a text holds what some family takes for a marker: to a model of another family it is a sign of a wrong template.
    /// </summary>
    public static bool HoldsMarkers(string text) =>
        All.Any(format => format.Specials.Any(special => text.Contains(special, StringComparison.Ordinal)));

    /// <summary>Whether a stop string is one special token of some family rather than text.</summary>
    internal static bool LooksSpecial(string stop) => All.Any(format => format.Specials.Contains(stop)) || BetweenBars().IsMatch(stop);

    [GeneratedRegex(@"^<[|｜].+[|｜]>$")]
    private static partial Regex BetweenBars();
}
