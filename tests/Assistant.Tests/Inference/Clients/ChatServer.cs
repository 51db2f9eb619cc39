using System.Text.Json;
using Assistant.Families;
using Assistant.Inference.Clients;
using Assistant.Inference.ToolCalls;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Assistant.Settings;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.Inference.Clients;

/// <summary>A simulated model server and the clients of its endpoint, without router and scheduler.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly EndpointRegistry endpoints;

    private ChatServer(Simulator simulator, string model)
    {
        Simulator = simulator;
        endpoints = new EndpointRegistry(TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance);
        Clients = new EndpointClients(endpoints, Modes, TimeProvider.System);
        var kind = KindOf(simulator.Options.Profile);
        Route = new ModelRoute(
            EndpointSettings.At("here", simulator.BaseUrl, apiKey: "sk-simulated"),
            kind,
            kind == EndpointKind.Mlx ? "default_model" : model,
            ModelFamilies.Of(model),
            8_192,
            Grammar: false,
            KeepsFirstSpace: true,
            ChatFallback: true);
    }

    public Simulator Simulator { get; }

    public EndpointRegistry Endpoints => endpoints;

    public ToolCallModes Modes { get; } = new();

    public EndpointClients Clients { get; }

    public ModelRoute Route { get; }

    /// <summary>A tool, declared in the same way as in the features.</summary>
    public static AIFunctionDeclaration Tool(string name, string parameters) => AIFunctionFactory.CreateDeclaration(
        name, $"Does {name}.", JsonDocument.Parse(parameters).RootElement);

    public static AIFunctionDeclaration ReadFile { get; } = Tool(
        "read_file",
        """
        {"type":"object","properties":{"path":{"type":"string","default":null},"line":{"type":"integer"}},"required":["path"]}
        """);

    public static AIFunctionDeclaration FindSymbol { get; } = Tool(
        "find_symbol", """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}""");

    public static async Task<ChatServer> StartAsync(SimulatorOptions options, string model = "qwen3-coder-30b") =>
        new(await Simulator.StartAsync(options with { Models = [new SimulatedModel(model)] }), model);

    public static EndpointKind KindOf(string profile) => profile.Split('-')[0] switch
    {
        "lmstudio" => EndpointKind.LmStudio,
        "mlx" => EndpointKind.Mlx,
        "ollama" => EndpointKind.Ollama,
        "vllm" => EndpointKind.Vllm,
        "llamacpp" => EndpointKind.LlamaCpp,
        _ => EndpointKind.OpenAi,
    };

    /// <summary>The answer in one line: text, <c>{reasoning}</c>, calls, then the reason of its end.</summary>
    public async Task<string> AskAsync(ChatOptions? options = null, params ChatMessage[] messages)
    {
        using var guard = new CancellationTokenSource(Guard);
        var conversation = messages is [] ? [new ChatMessage(ChatRole.User, "Hello")] : messages;
        return Line(await Clients.Chat(Route).GetResponseAsync(conversation, options, guard.Token));
    }

    public static string Line(ChatResponse response) =>
        string.Concat(response.Messages.SelectMany(message => message.Contents).Select(Show)) + $" [{response.FinishReason}]";

    private static string Show(AIContent content) => content switch
    {
        TextContent text => text.Text,
        TextReasoningContent thinking => $"{{{thinking.Text}}}",
        FunctionCallContent { Exception: { } error } call => $" {call.Name}!({error.Message})",
        FunctionCallContent call => $" {call.Name}({FunctionContentText.ArgumentsOf(call)})",
        _ => "",
    };

    public async ValueTask DisposeAsync()
    {
        endpoints.Dispose();
        await Simulator.DisposeAsync();
    }
}
