using ModelServerSimulator;

namespace Assistant.Tests.Matrix;

/// <summary>The timer of our client that ends the call; the test advances the clock when the timer is set.</summary>
internal enum Timer
{
    None,
    FirstByte,
    Silence,
    Standstill,
}

/// <summary>One trouble of the closed list, with the expected outcome of each call, written by hand before the first run.</summary>
/// <param name="Name">The name in print.</param>
/// <param name="Play">Sets the simulator up for the trouble.</param>
internal sealed record MatrixRow(string Name, Func<SimulatorOptions, SimulatorOptions> Play)
{
    public Expected Completion { get; init; } = Expected.Right;

    public Expected Chat { get; init; } = Expected.Right;

    public Expected Tools { get; init; } = Expected.Right;

    public Expected Embeddings { get; init; } = Expected.Right;

    /// <summary>Sets the outcome of all calls.</summary>
    public Expected All
    {
        init => (Completion, Chat, Tools, Embeddings) = (value, value, value, value);
    }

    /// <summary>Sets the outcome of streamed calls, which are all except vectors.</summary>
    public Expected Streamed
    {
        init => (Completion, Chat, Tools, Embeddings) = (value, value, value, Expected.Never("vectors are not streamed"));
    }

    /// <summary>The profiles that can have this trouble, and the reason for the others; null for all.</summary>
    public (string[] Profiles, string Reason)? Only { get; init; }

    /// <summary>Other outcomes of some profiles; the first that fits applies.</summary>
    public IReadOnlyList<Difference> Differs { get; init; } = [];

    public Timer Timer { get; init; }

    /// <summary>No server listens at the address.</summary>
    public bool Dead { get; init; }

    /// <summary>The trouble begins after a route to a healthy server was found.</summary>
    public bool Later { get; init; }

    /// <summary>The models are not loaded, and the user has named one.</summary>
    public bool Unloaded { get; init; }

    /// <summary>The model thinks before it answers.</summary>
    public bool ThinksAloud { get; init; }

    /// <summary>The user has named the model; mlx reports neither its model nor the model's abilities.</summary>
    public bool Named { get; init; }

    /// <summary>The model was not trained to call tools, and the server has no format for it.</summary>
    public bool WithoutTools { get; init; }

    /// <summary>The model calls two tools at once.</summary>
    public bool TwoCalls { get; init; }

    /// <summary>A part of the expected finding of <c>assistant doctor</c>; null for a healthy server.</summary>
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
        return call == Call.Embeddings && Profiles.Mlx.Contains(profile) && usual is not Impossible
            ? Expected.Never("mlx_lm.server makes no vectors")
            : usual;
    }
}

/// <summary>Another outcome of some calls with some profiles.</summary>
internal sealed record Difference(string[] Profiles, Call[] Calls, Expected Expected)
{
    public Difference(string[] profiles, Expected expected)
        : this(profiles, [Call.Completion, Call.Chat, Call.Tools, Call.Embeddings], expected)
    {
    }
}

/// <summary>The simulator's profiles, grouped by their common properties.</summary>
internal static class Profiles
{
    public static readonly string[] LmStudio = ["lmstudio-0.4", "lmstudio-0.3"];

    public static readonly string[] Mlx = ["mlx-0.28", "mlx-0.31", "mlx-0.32", "mlx-0.32.2"];

    public static readonly string[] LlamaServer = ["llamacpp", "llamacpp-router"];

    public static readonly string[] Cloud = ["openai"];

    public static readonly string[] Ollama = ["ollama"];

    public static readonly string[] Vllm = ["vllm"];

    public static readonly string[] All = [.. LmStudio, .. Mlx, .. LlamaServer, .. Ollama, .. Vllm, .. Cloud];

    /// <summary>Profiles with a key.</summary>
    public static readonly string[] WithKey = [.. LmStudio, .. LlamaServer, .. Ollama, .. Vllm, .. Cloud];

    /// <summary>Profiles that enforce a JSON schema.</summary>
    public static readonly string[] WithSchema = [.. LmStudio, .. LlamaServer, .. Ollama, .. Vllm, .. Cloud];
}
