using System.Collections.Concurrent;
using Assistant.Families;
using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Settings;

namespace Assistant.Inference.ToolCalls;

/// <summary>The mode in which each model gets tools: the learned one, else the one that its family and its server suggest.</summary>
internal sealed class ToolCallModes
{
    private readonly ConcurrentDictionary<(EndpointSettings, EndpointKind, string), ToolCallMode> learned = new();

    public ToolCallMode Of(ModelRoute route) => learned.TryGetValue(Key(route), out var mode) ? mode : Suggested(route);

    /// <summary>A request with tools goes to a model whose mode is not learned. Raised before the request, on any thread.</summary>
    public event Action<ModelRoute>? Unprobed;

    public bool IsLearned(ModelRoute route) => learned.ContainsKey(Key(route));

    /// <summary>
    /// Whether a probe would tell more than the suggestion. A known family that was not trained for tools is not in doubt: it calls tools
    /// only by chance.
    /// </summary>
    public static bool IsInDoubt(ModelRoute route) =>
        Suggested(route) != ToolCallMode.None
        && (Suggested(route) == ToolCallMode.Native || route.Family.Name == ModelFamilies.Unknown.Name);

    /// <summary>The mode for a request with tools.</summary>
    public ToolCallMode ForRequest(ModelRoute route)
    {
        if (!IsLearned(route))
        {
            Unprobed?.Invoke(route);
        }
        return Of(route);
    }

    /// <summary>Stores the mode that a probe or an answer has shown.</summary>
    public void Learn(ModelRoute route, ToolCallMode mode) => learned[Key(route)] = mode;

    /// <summary>Learns the best other mode, since the server fails at the native one.</summary>
    public ToolCallMode FallBack(ModelRoute route)
    {
        var mode = WithoutNative(route);
        Learn(route, mode);
        return mode;
    }

    /// <summary>
    /// The suggested mode. A known family defines whether it was trained to call tools; the server's answer does not, since a template may
    /// list tools for an untrained model (Qwen2.5-Coder). For an unknown family the server's answer decides.
    /// </summary>
    public static ToolCallMode Suggested(ModelRoute route) =>
        !route.Family.Chat && !route.Abilities.HasFlag(ModelAbilities.Chat) ? ToolCallMode.None
        : route.Kind == EndpointKind.OpenAi || route.Family.Tools
            || (route.Family.Name == ModelFamilies.Unknown.Name && route.Abilities.HasFlag(ModelAbilities.Tools)) ? ToolCallMode.Native
        : WithoutNative(route);

    /// <summary>The server could not parse its own model's call, or accepts no tools at all.</summary>
    public static bool IsToolFailure(ModelServerException failure) =>
        failure is { Fault: ModelFault.Refused, Refusal.Kind: RefusalKind.ToolsFailed };

    /// <summary>The best mode for a model that does not call tools natively.</summary>
    public static ToolCallMode WithoutNative(ModelRoute route) =>
        route.Abilities.HasFlag(ModelAbilities.Schema)
        || route.Kind is EndpointKind.LlamaCpp or EndpointKind.LmStudio or EndpointKind.Ollama or EndpointKind.Vllm
            ? ToolCallMode.Schema
            : ToolCallMode.Prompt;

    private static (EndpointSettings, EndpointKind, string) Key(ModelRoute route) => (route.Endpoint, route.Kind, route.ModelId);
}
