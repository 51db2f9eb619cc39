using System.Collections.Concurrent;
using Assistant.Families;
using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Settings;

namespace Assistant.Inference.ToolCalls;

/// <summary>In which mode each model gets tools: what was learned of it, else what its family and its server suggest.</summary>
internal sealed class ToolCallModes
{
    private readonly ConcurrentDictionary<(EndpointSettings, EndpointKind, string), ToolCallMode> learned = new();

    public ToolCallMode Of(ModelRoute route) => learned.TryGetValue(Key(route), out var mode) ? mode : Suggested(route);

    /// <summary>A model was given tools whose mode is not learned yet. Raised before the request, on any thread.</summary>
    public event Action<ModelRoute>? Unprobed;

    public bool IsLearned(ModelRoute route) => learned.ContainsKey(Key(route));

    /// <summary>A known family that was not trained for tools may call one by luck: there is nothing to find out.</summary>
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

    /// <summary>The mode that a probe found, or that an answer showed.</summary>
    public void Learn(ModelRoute route, ToolCallMode mode) => learned[Key(route)] = mode;

    /// <summary>The mode from now on, since the server fails at the native one.</summary>
    public ToolCallMode FallBack(ModelRoute route)
    {
        var mode = WithoutNative(route);
        Learn(route, mode);
        return mode;
    }

    /// <summary>
    /// A known family says whether it was trained to call tools: a server that takes them says little, its template may know them all the
    /// same (Qwen2.5-Coder). Of an unknown one the server's word is taken.
    /// </summary>
    public static ToolCallMode Suggested(ModelRoute route) =>
        !route.Family.Chat && !route.Abilities.HasFlag(ModelAbilities.Chat) ? ToolCallMode.None
        : route.Kind == EndpointKind.OpenAi || route.Family.Tools
            || (route.Family.Name == ModelFamilies.Unknown.Name && route.Abilities.HasFlag(ModelAbilities.Tools)) ? ToolCallMode.Native
        : WithoutNative(route);

    /// <summary>The server could not make sense of what its own model wrote, or cannot be given tools at all.</summary>
    public static bool IsServersOwnTrouble(ModelServerException failure) =>
        failure is { Fault: ModelFault.Refused, Refusal.Kind: RefusalKind.ToolsFailed };

    /// <summary>The best mode for a model that does not call tools by itself.</summary>
    public static ToolCallMode WithoutNative(ModelRoute route) =>
        route.Abilities.HasFlag(ModelAbilities.Schema)
        || route.Kind is EndpointKind.LlamaCpp or EndpointKind.LmStudio or EndpointKind.Ollama or EndpointKind.Vllm
            ? ToolCallMode.Schema
            : ToolCallMode.Prompt;

    private static (EndpointSettings, EndpointKind, string) Key(ModelRoute route) => (route.Endpoint, route.Kind, route.ModelId);
}
