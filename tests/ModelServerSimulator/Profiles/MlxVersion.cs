using System.Text.Json;

namespace ModelServerSimulator;

/// <summary>What differs between the versions of mlx_lm.server.</summary>
/// <param name="Stops">How stop strings are met.</param>
/// <param name="AnswersBadParameters">400 for a wrong parameter; else the connection is closed without a byte.</param>
/// <param name="DiesLoudly">A dead generation thread is told (404, health 503); else completions hang for ever.</param>
/// <param name="Early">0.28: one request at a time, plain text under 404, every key in every delta.</param>
/// <param name="KeepsEmptyContent"><c>content</c> is null where there is none; else the key is missing.</param>
internal sealed record MlxVersion(string Fingerprint, MlxStops Stops, bool AnswersBadParameters, bool DiesLoudly, bool Early,
    bool KeepsEmptyContent)
{
    private const string Machine = "-macOS-26.1-arm64-arm-64bit-applegpu_g16s";

    public static MlxVersion V0_28 { get; } = new("0.28.3-0.29.3" + Machine, MlxStops.TokenAligned, false, false, Early: true, false);

    public static MlxVersion V0_31 { get; } = new("0.31.3-0.31.1" + Machine, MlxStops.TokenAligned, false, false, false, false);

    public static MlxVersion V0_32 { get; } =
        new("0.32.0-0.32.1" + Machine, MlxStops.DeletingAndEmpty, false, false, false, KeepsEmptyContent: true);

    public static MlxVersion V0_32_2 { get; } =
        new("0.32.2-0.32.4-Linux-6.12.48-generic-x86_64-with-glibc2.36-x86_64", MlxStops.Deleting, true, DiesLoudly: true, false,
            KeepsEmptyContent: true);
}

internal enum MlxStops
{
    TokenAligned,
    Deleting,

    /// <summary>As <see cref="Deleting"/>, and an empty stop ends the answer before its first token.</summary>
    DeletingAndEmpty,
}

/// <summary>The parameters whose type mlx_lm.server looks at.</summary>
internal static class MlxParameters
{
    /// <summary>In the order in which they are looked at, with the name of the type that a refusal tells.</summary>
    private static readonly (string Name, string Type)[] Parameters =
    [
        ("stream", "bool"), ("max_tokens", "int"), ("temperature", Number), ("top_p", Number), ("top_k", "int"), ("min_p", Number),
        ("repetition_penalty", Number), ("presence_penalty", Number), ("frequency_penalty", Number), ("logprobs", "bool"),
        ("top_logprobs", "int"), ("model", "str"),
    ];

    private const string Number = "('float', 'int')";

    /// <summary>What is wrong with the first that does not fit; null if all do.</summary>
    public static string? Wrong(CompletionRequest request) =>
        Parameters.FirstOrDefault(parameter =>
            request.Field(parameter.Name) is { } value && !Fits(value, parameter.Type)) is { Name: { } name, Type: var type }
        // Beside max_completion_tokens nobody looks at max_tokens.
        && (name != "max_tokens" || request.Field("max_completion_tokens") is null or { ValueKind: JsonValueKind.Null })
            ? $"{name} must be of type {type}"
            : null;

    private static bool Fits(JsonElement value, string type) => type switch
    {
        "bool" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "str" => value.ValueKind == JsonValueKind.String,
        "int" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => value.ValueKind == JsonValueKind.Number,
    };
}
