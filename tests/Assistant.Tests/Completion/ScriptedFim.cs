using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Assistant.Families;
using Assistant.Inference.Fim;
using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Settings;

namespace Assistant.Tests.Completion;

/// <summary>Test double: a model that answers as and when the test says, and reports closed streams.</summary>
internal sealed class ScriptedFim : IFimClient, IModelRouter
{
    private readonly Channel<ScriptedRequest> requests = Channel.CreateUnbounded<ScriptedRequest>();

    public List<ScriptedRequest> All { get; } = [];

    public ModelStatus Status { get; set; } = new(ModelState.Up, "test", "qwen2.5-coder-7b", "up", "", TimeToFirstTokenMs: 50);

    public event Action<ModelStatus>? StatusChanged
    {
        add { }
        remove { }
    }

    /// <summary>The next request that arrives.</summary>
    public async Task<ScriptedRequest> NextAsync() =>
        await requests.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

    /// <summary>Names of the endpoints that a request may go to, the first that has not failed.</summary>
    public IReadOnlyList<string> Endpoints { get; set; } = ["test"];

    /// <summary>If set, the route is found when this task ends.</summary>
    public TaskCompletionSource? Routing { get; set; }

    /// <summary>Called at the begin of every search for a route.</summary>
    public Action<RouteRequest>? RouteSought { get; set; }

    public async Task<RouteAnswer> RouteAsync(RouteRequest request, CancellationToken token)
    {
        RouteSought?.Invoke(request);
        if (Routing is { } routing)
        {
            await routing.Task;
        }
        return new RouteAnswer(
            Status.State is ModelState.Up or ModelState.Busy
                ? Endpoints.Select(Route).FirstOrDefault(route => request.Except?.Any(failed => failed.IsSamePlace(route)) != true)
                : null,
            Status,
            []);
    }

    public ModelRoute Route(string endpoint) => new(
        EndpointSettings.At(endpoint, new Uri("http://127.0.0.1:9")), EndpointKind.LlamaCpp, "qwen2.5-coder-7b",
        ModelFamilies.Of("qwen2.5-coder-7b-instruct"), 8192, Grammar, KeepsFirstSpace: true, ChatFallback: false);

    public bool Grammar { get; set; } = true;

    public async IAsyncEnumerable<FimChunk> StreamAsync(
        ModelRoute route, FimRequest request, [EnumeratorCancellation] CancellationToken token)
    {
        var scripted = new ScriptedRequest(route, request);
        All.Add(scripted);
        requests.Writer.TryWrite(scripted);
        try
        {
            await foreach (var (chunk, taken) in scripted.Chunks.Reader.ReadAllAsync(token))
            {
                yield return chunk;
                // The reader has processed a chunk when it requests the next one.
                taken.TrySetResult();
            }
        }
        finally
        {
            scripted.Closed.TrySetResult();
        }
    }
}

internal sealed class ScriptedRequest(ModelRoute route, FimRequest request)
{
    public ModelRoute Route => route;

    public FimRequest Request => request;

    public Channel<(FimChunk Chunk, TaskCompletionSource Taken)> Chunks { get; } =
        Channel.CreateUnbounded<(FimChunk, TaskCompletionSource)>();

    /// <summary>Completes when the client has closed the stream.</summary>
    public TaskCompletionSource Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Say(string text) => Write(new FimChunk(text, null));

    /// <summary>As <see cref="Say"/>; completes when the reader has processed the text.</summary>
    public Task SaidAsync(string text) => Write(new FimChunk(text, null)).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

    public void End()
    {
        Write(new FimChunk("", new FimEnd("stop", null, null, null, null)));
        Chunks.Writer.TryComplete();
    }

    private Task Write(FimChunk chunk)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Chunks.Writer.TryWrite((chunk, taken));
        return taken.Task;
    }

    public void Fail(ModelFault fault) => Chunks.Writer.TryComplete(new ModelServerException(fault, "the server's words", "the remedy"));

    public Task ClosedAsync() => Closed.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
}
