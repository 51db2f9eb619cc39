using ModelServerSimulator;

namespace Assistant.Tests.Matrix;

/// <summary>Which of our timers ends the call; the test moves the clock when it is set.</summary>
internal enum Timer
{
    None,
    FirstByte,
    Silence,
    Standstill,
}

/// <summary>One trouble of the closed list, with what has to come of each call; written by hand before anything was run.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Play">Makes the simulator do it.</param>
internal sealed record MatrixRow(string Name, Func<SimulatorOptions, SimulatorOptions> Play)
{
    public Expected Completion { get; init; } = Expected.Right;

    public Expected Chat { get; init; } = Expected.Right;

    public Expected Tools { get; init; } = Expected.Right;

    public Expected Embeddings { get; init; } = Expected.Right;

    /// <summary>For all calls at once.</summary>
    public Expected All
    {
        init => (Completion, Chat, Tools, Embeddings) = (value, value, value, value);
    }

    /// <summary>For the calls that are streamed; vectors are not.</summary>
    public Expected Streamed
    {
        init => (Completion, Chat, Tools, Embeddings) = (value, value, value, Expected.Never("vectors are not streamed"));
    }

    /// <summary>The profiles that can be in this trouble, and why no other can; null for all.</summary>
    public (string[] Profiles, string Reason)? Only { get; init; }

    /// <summary>What is otherwise with some profiles. The first that fits holds.</summary>
    public IReadOnlyList<Difference> Differs { get; init; } = [];

    public Timer Timer { get; init; }

    /// <summary>Nothing listens at the address.</summary>
    public bool Dead { get; init; }

    /// <summary>The trouble begins after a route was found on a server that was well.</summary>
    public bool Later { get; init; }

    /// <summary>The models are not loaded, and the user has named the one to use.</summary>
    public bool Unloaded { get; init; }

    /// <summary>The model thinks before it answers.</summary>
    public bool ThinksAloud { get; init; }

    /// <summary>The user has named the model; mlx tells none of its own accord, and so not what it can do.</summary>
    public bool Named { get; init; }

    /// <summary>The model was not trained to call tools, and the server has no format for it.</summary>
    public bool WithoutTools { get; init; }

    /// <summary>The model calls two tools at once.</summary>
    public bool TwoCalls { get; init; }

    /// <summary>A part of what <c>assistant doctor</c> has to find; null where nothing is wrong.</summary>
    public string? Finding { get; init; }

    public Expected For(string profile, Call call)
    {
        var usual = call switch { Call.Completion => Completion, Call.Chat => Chat, Call.Tools => Tools, _ => Embeddings };
        if (Only is { } only && !only.Profiles.Contains(profile))
        {
            return Expected.Never(only.Reason);
        }
        if (Differs.FirstOrDefault(other => other.Profiles.Contains(profile) && other.Calls.Contains(call)) is { } difference)
        {
            return difference.Expected;
        }
        return call == Call.Embeddings && Profiles.Mlx.Contains(profile) && usual is not Impossible ? Expected.Never("mlx_lm.server makes no vectors") : usual;
    }
}

/// <summary>What comes of some calls with some profiles instead.</summary>
internal sealed record Difference(string[] Profiles, Call[] Calls, Expected Expected)
{
    public Difference(string[] profiles, Expected expected)
        : this(profiles, [Call.Completion, Call.Chat, Call.Tools, Call.Embeddings], expected)
    {
    }
}

/// <summary>The simulator's profiles by what they have in common.</summary>
internal static class Profiles
{
    public static readonly string[] LmStudio = ["lmstudio-0.4", "lmstudio-0.3"];

    public static readonly string[] Mlx = ["mlx-0.28", "mlx-0.31", "mlx-0.32", "mlx-0.32.2"];

    public static readonly string[] LlamaServer = ["llamacpp", "llamacpp-router"];

    public static readonly string[] Cloud = ["openai"];

    public static readonly string[] Ollama = ["ollama"];

    public static readonly string[] Vllm = ["vllm"];

    public static readonly string[] All = [.. LmStudio, .. Mlx, .. LlamaServer, .. Ollama, .. Vllm, .. Cloud];

    /// <summary>Those with a key.</summary>
    public static readonly string[] WithKey = [.. LmStudio, .. LlamaServer, .. Ollama, .. Vllm, .. Cloud];

    /// <summary>Those that enforce a JSON schema.</summary>
    public static readonly string[] WithSchema = [.. LmStudio, .. LlamaServer, .. Ollama, .. Vllm, .. Cloud];
}
