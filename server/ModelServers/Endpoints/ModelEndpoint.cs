using System.Net.Http.Headers;
using Assistant.Families;
using Assistant.ModelServers.Catalogs;
using Assistant.ModelServers.Dialects;
using Assistant.ModelServers.Health;
using Assistant.ModelServers.Privacy;
using Assistant.ModelServers.Transport;
using Assistant.Settings;
using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;

namespace Assistant.ModelServers.Endpoints;

/// <summary>
/// One endpoint: its connections, its answers about itself, and its health. The answers are cached for five minutes or until a failure
/// contradicts them. Without a usable model they are cached for 2 s only, so that a model that the user loads by hand is seen.
/// </summary>
internal sealed partial class ModelEndpoint : IDisposable
{
    private static readonly TimeSpan CacheTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CacheTimeIfLoadsOnDemand = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CacheTimeIfNothingUsable = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly IAuditLog audit;
    private readonly ResilienceHandler resilience;
    private readonly FirstByteMonitor firstBytes;
    private readonly Dictionary<(string, RequestClass), FirstTokenLatency> latencies = [];
    private FamilyTable families;
    private Task<EndpointInfo>? asking;
    private int asks;
    private EndpointInfo? info;
    private long askedAt;
    private HttpClient? client;

    /// <param name="audit">Records each request to another machine before it is sent.</param>
    public ModelEndpoint(EndpointSettings settings, FamilyTable families, IAuditLog audit, TimeProvider clock, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(audit);
        this.audit = audit;
        this.families = families;
        Settings = settings;
        this.clock = clock;
        this.logger = logger;
        resilience = new ResilienceHandler(settings, clock, ServerTransport.Create(settings.BaseUrl));
        firstBytes = new FirstByteMonitor(clock, resilience);
        firstBytes.Changed += () => Changed?.Invoke();
        Questions = new ServerQuestions(Over(resilience), settings, clock);
    }

    public EndpointSettings Settings { get; }

    /// <summary>Maps a model's name to its family; another table discards the cached answers.</summary>
    public FamilyTable Families
    {
        get => families;
        set
        {
            families = value;
            Invalidate();
            Liveness.Forget();
        }
    }

    /// <summary>Questions about the server itself, without a dialect.</summary>
    public ServerQuestions Questions { get; }

    /// <summary>The last failure, until a success clears it.</summary>
    public ModelServerException? Failure { get; private set; }

    /// <summary>The kind of the last answer; null before the first.</summary>
    public EndpointKind? Kind { get; private set; }

    /// <summary>The time until the next generation may be tried after failures; zero or less if one may be tried now.</summary>
    public TimeSpan Pause => resilience.Pause;

    /// <summary>Raised after a success, a failure or a long silence, on any thread.</summary>
    public event Action? Changed;

    /// <summary>
    /// The server's last answers about itself; it asks again if they are too old. Throws only for a cancel, which ends the wait and not the
    /// question.
    /// </summary>
    public Task<EndpointInfo> GetInfoAsync(CancellationToken token)
    {
        lock (gate)
        {
            if (info is { } known && clock.GetElapsedTime(askedAt) < FreshFor(known))
            {
                return Task.FromResult(known);
            }
            asking ??= AskAsync(asks, families);
            return asking.IsCompleted ? asking : asking.WaitAsync(token);
        }
    }

    /// <summary>The last answers, without a question to the server; null if none are cached.</summary>
    public EndpointInfo? CachedInfo
    {
        get
        {
            lock (gate)
            {
                return info;
            }
        }
    }

    /// <summary>A client for strict OpenAI requests, for any kind of server.</summary>
    public HttpClient Client(EndpointKind kind)
    {
        lock (gate)
        {
            if (client is null || Kind != kind)
            {
                client = Over(OutgoingGuard.Over(Settings, audit, Dialect.For(kind, Settings, firstBytes)));
                Kind = kind;
            }
            return client;
        }
    }

    /// <summary>One-token requests to the loaded models.</summary>
    public LivenessProbe Liveness { get; } = new();

    /// <summary>The server answers about itself, but since its last failure no answer has proved that it generates.</summary>
    public bool InDoubt => Failure is { } failure && LivenessProbe.LeavesInDoubt(failure.Fault);

    /// <summary>The time that a request has waited for its first byte, if that is unusually long; null otherwise.</summary>
    public TimeSpan? Silence => firstBytes.Silence;

    public FirstTokenLatency LatencyOf(string modelId, RequestClass kind)
    {
        lock (gate)
        {
            return latencies.TryGetValue((modelId, kind), out var latency) ? latency : latencies[(modelId, kind)] = new FirstTokenLatency();
        }
    }

    /// <summary>Discards the cached answers, and those of a question that is running.</summary>
    public void Invalidate()
    {
        lock (gate)
        {
            (info, asking) = (null, null);
            asks++;
        }
    }

    public void Succeeded()
    {
        var before = Failure;
        Failure = null;
        if (before is not null)
        {
            Changed?.Invoke();
        }
    }

    public void Failed(ModelServerException failure)
    {
        LogFailure(logger, Settings.Name, failure.Fault, failure.Message);
        Failure = Cause(failure);
        // A request that was refused or did not fit does not contradict the server's identity.
        if (failure.Fault is not (ModelFault.Refused or ModelFault.ContextOverflow or ModelFault.Busy
            or ModelFault.RemoteNotAllowed or ModelFault.SecretFound or ModelFault.NotAudited))
        {
            Invalidate();
            Liveness.Forget();
        }
        Changed?.Invoke();
    }

    /// <summary>Closes all connections, also those of running requests.</summary>
    public void Dispose() => firstBytes.Dispose();

    /// <param name="number">The answers are cached only if no newer question has begun meanwhile.</param>
    private async Task<EndpointInfo> AskAsync(int number, FamilyTable known)
    {
        // The caller holds the lock; the question must not run under it.
        await Task.Yield();
        EndpointInfo found;
        try
        {
            var catalog = await CatalogReader.ReadAsync(Settings, Questions, known, CancellationToken.None);
            if (Kind is { } before && catalog.Kind != before)
            {
                LogChange(logger, Settings.Name, before, catalog.Kind);
            }
            found = catalog.Kind is null
                ? new EndpointInfo(catalog, ModelServerErrors.UnexpectedServer(Settings, "no model server"))
                : new EndpointInfo(catalog, null);
        }
        catch (ModelServerException failure)
        {
            found = new EndpointInfo(null, failure);
        }
        catch (ObjectDisposedException closed)
        {
            found = new EndpointInfo(null, ModelServerErrors.EndpointClosed(Settings, closed));
        }
        lock (gate)
        {
            if (number != asks)
            {
                return found;
            }
            if (found.Catalog?.Kind is { } kind && kind != Kind)
            {
                (Kind, client) = (kind, null);
                latencies.Clear();
                Liveness.Forget();
            }
            (info, askedAt, asking) = (found, clock.GetTimestamp(), null);
        }
        // A server that answers about itself may still generate nothing: only a generated answer clears such a failure.
        if (found.Failure is not null || !(InDoubt || Failure is { Fault: ModelFault.ContextOverflow }))
        {
            Failure = found.Failure is { } failure ? Cause(failure) : null;
        }
        return found;
    }

    // An open circuit breaker is no new fault: the failure that opened it remains the cause.
    private ModelServerException Cause(ModelServerException failure) =>
        failure.InnerException is BrokenCircuitException && Failure is { } before ? before : failure;

    private HttpClient Over(HttpMessageHandler handler)
    {
        var http = new HttpClient(handler, disposeHandler: false) { BaseAddress = Settings.BaseUrl, Timeout = Timeout.InfiniteTimeSpan };
        // A key from a file may end with a line break. A key with characters that no header can hold is not sent, and the server then
        // reports that the key is missing.
        if (Settings.ApiKey?.Trim() is { Length: > 0 } key && key.All(c => c is > ' ' and <= '~'))
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        return http;
    }

    private static TimeSpan FreshFor(EndpointInfo info) =>
        info.Catalog is not { } catalog || !catalog.Models.Any(model => model.Loaded && !model.Embedding) ? CacheTimeIfNothingUsable
        : catalog.LoadsOnDemand ? CacheTimeIfLoadsOnDemand
        : CacheTime;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Endpoint}: {Fault}: {Message}")]
    private static partial void LogFailure(ILogger logger, string endpoint, ModelFault fault, string message);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Endpoint} was {Before} and is {Now}")]
    private static partial void LogChange(ILogger logger, string endpoint, EndpointKind before, EndpointKind? now);
}

/// <summary>An endpoint's answers about itself, or the failure to get them.</summary>
internal sealed record EndpointInfo(Catalog? Catalog, ModelServerException? Failure);
