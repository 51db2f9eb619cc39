using System.Runtime.CompilerServices;
using Assistant.Families;
using Assistant.Inference.Chat;
using Assistant.Inference.Clients;
using Assistant.Inference.Embeddings;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Assistant.Routing.Fallback;
using Assistant.Routing.Scheduling;
using Assistant.Settings;
using Assistant.Usage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Inference.Chat;

/// <summary>
/// Test double: endpoints <c>a</c>, <c>b</c>, … in this order, each with a script for its next requests. A script consists of words, one
/// update each; <c>!Fault</c> fails, <c>.</c> finishes, and a script without both ends the stream early; <c>hold</c> waits for
/// <see cref="Go"/>.
/// </summary>
internal sealed class ScriptedServers : IEndpointClients, IModelRouter, IRequestRecords, IDisposable
{
    private readonly Dictionary<string, Queue<string>> scripts = [];
    private readonly EndpointRegistry registry;
    private readonly RetryPolicies retries;
    private readonly TimeProvider clock;
    private TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ScriptedServers(TimeProvider clock, params (string Endpoint, string[] Scripts)[] servers)
    {
        this.clock = clock;
        foreach (var (endpoint, script) in servers)
        {
            scripts[endpoint] = new Queue<string>(script);
        }
        registry = new EndpointRegistry(clock, NullLogger.Instance, NullAuditLog.Instance);
        Scheduler = new Scheduler(registry, clock);
        Chain = new FallbackChain(this, Scheduler, clock);
        retries = new RetryPolicies(clock);
    }

    public Scheduler Scheduler { get; }

    public FallbackChain Chain { get; }

    public int ContextTokens { get; set; } = 8_192;

    /// <summary>The requests, in order.</summary>
    public List<(string Endpoint, IReadOnlyList<ChatMessage> Messages, ChatOptions Options)> Sent { get; } = [];

    public List<RequestRecord> Kept { get; } = [];

    public ModelStatus Status { get; } = new(ModelState.NoEndpoint, null, null, "no server", "start one", null);

    public event Action<ModelStatus>? StatusChanged
    {
        add { }
        remove { }
    }

    public IChatClient Chat(ModelTask task = ModelTask.ChatCoding) => new RoutedChat(task, Chain, this, retries, registry, this, clock);

    public IEmbeddingGenerator<string, Embedding<float>> Embeddings => new RoutedEmbeddings(Chain, this, retries, registry, this, clock);

    /// <summary>Ends every <c>hold</c>.</summary>
    public void Go() => go.TrySetResult();

    public ModelRoute Route(string endpoint) => new(
        EndpointSettings.At(endpoint, new Uri("http://127.0.0.1:9")) with { Local = !endpoint.StartsWith("cloud") },
        EndpointKind.LlamaCpp,
        $"model-{endpoint}",
        ModelFamilies.Of("qwen2.5-coder-7b"), ContextTokens, Grammar: true, KeepsFirstSpace: true, ChatFallback: false);

    public Task<RouteAnswer> RouteAsync(RouteRequest request, CancellationToken token) => Task.FromResult(new RouteAnswer(
        scripts.Keys.Select(Route).FirstOrDefault(route => request.Except?.Any(failed => failed.IsSamePlace(route)) != true), Status, []));

    public void Add(RequestRecord record)
    {
        lock (Kept)
        {
            Kept.Add(record);
        }
    }

    public void Suggested(string endpoint, string model, bool kept)
    {
    }

    public ModelTrack? TrackOf(string endpoint, string model, ModelTask task) => null;

    public void Dispose() => registry.Dispose();

    IChatClient IEndpointClients.Chat(ModelRoute route, AttemptBudget? attempts) => new Client(this, route);

    IEmbeddingGenerator<string, Embedding<float>> IEndpointClients.Embeddings(ModelRoute route, AttemptBudget? attempts) =>
        new Vectors(this, route);

    private string Next(ModelRoute route)
    {
        lock (scripts)
        {
            return scripts[route.Endpoint.Name].Count > 0 ? scripts[route.Endpoint.Name].Dequeue() : "fine .";
        }
    }

    private static ModelServerException Fail(string word) =>
        new(Enum.Parse<ModelFault>(word[1..]), $"the server's words about {word[1..]}", "the remedy")
    {
        Refusal = new ServerRefusal(RefusalKind.Other, ContextTokens: word == "!ContextOverflow" ? 2_048 : null),
    };

    private sealed class Client(ScriptedServers servers, ModelRoute route) : IChatClient
    {
        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            lock (servers.Sent)
            {
                servers.Sent.Add((route.Endpoint.Name, [.. messages], options!));
            }
            await Task.Yield();
            foreach (var word in servers.Next(route).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                cancellationToken.ThrowIfCancellationRequested();
                switch (word)
                {
                    case "hold":
                        await servers.go.Task.WaitAsync(cancellationToken);
                        break;
                    case ".":
                        var usage = new UsageContent(new UsageDetails { InputTokenCount = 10, OutputTokenCount = 2 });
                        yield return new ChatResponseUpdate(ChatRole.Assistant, [usage]) { FinishReason = ChatFinishReason.Stop };
                        break;
                    case ['!', ..]:
                        throw Fail(word);
                    default:
                        yield return new ChatResponseUpdate(ChatRole.Assistant, word);
                        break;
                }
            }
        }

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class Vectors(ScriptedServers servers, ModelRoute route) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return servers.Next(route) is ['!', ..] script
                ? throw Fail(script)
                : [.. values.Select(value => new Embedding<float>(new float[] { value.Length }))];
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
