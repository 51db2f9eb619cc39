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
/// One endpoint: its connections, what it said about itself, and how it fared. What it said is kept for five minutes, or until
/// something contradicts it; where nothing usable was found, for a moment only, so that a model that is loaded by hand is seen.
/// </summary>
internal sealed partial class ModelEndpoint : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan KeptWhereUseLoads = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeptWhereNothingWasFound = TimeSpan.FromSeconds(2);

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

    /// <param name="audit">Writes down what leaves the machine before it leaves.</param>
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

    /// <summary>Tells a model's family; another one makes what is known be asked anew.</summary>
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

    /// <summary>Asks the server about itself, without any dialect.</summary>
    public ServerQuestions Questions { get; }

    /// <summary>The last failure that nothing has made good since.</summary>
    public ModelServerException? Failure { get; private set; }

    /// <summary>The kind that answered last; null before the first time.</summary>
    public EndpointKind? Kind { get; private set; }

    /// <summary>How long no generation is tried yet after failures; zero or less where one may be.</summary>
    public TimeSpan Pause => resilience.Pause;

    /// <summary>Raised after a success, a failure or a long silence, on any thread.</summary>
    public event Action? Changed;

    /// <summary>
    /// The server's last answers about itself, asked anew where they are too old. Throws for a cancel only, which ends the wait and not the
    /// asking.
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

    /// <summary>The last answers, without asking; null where none are kept.</summary>
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

    /// <summary>A client that speaks strict OpenAI, whatever the server speaks.</summary>
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

    /// <summary>One-token requests to what is loaded here.</summary>
    public LivenessProbe Liveness { get; } = new();

    /// <summary>It answers about itself, and whether it generates is not known since its last failure.</summary>
    public bool InDoubt => Failure is { } failure && LivenessProbe.LeavesInDoubt(failure.Fault);

    /// <summary>How long it has said nothing to a request that it took, where that is longer than usual; null otherwise.</summary>
    public TimeSpan? Silence => firstBytes.Silence;

    public FirstTokenLatency LatencyOf(string modelId, RequestClass kind)
    {
        lock (gate)
        {
            return latencies.TryGetValue((modelId, kind), out var latency) ? latency : latencies[(modelId, kind)] = new FirstTokenLatency();
        }
    }

    /// <summary>Drops the last answers, and those that are being asked for just now.</summary>
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
        // An answer that was refused or did not fit says nothing about what the server is.
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

    /// <param name="number">The answer is kept only if no newer question was asked meanwhile.</param>
    private async Task<EndpointInfo> AskAsync(int number, FamilyTable known)
    {
        // Off the lock, whatever completes at once.
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

    // An open circuit breaker is no new fault: the failure that opened it stays the reason.
    private ModelServerException Cause(ModelServerException failure) =>
        failure.InnerException is BrokenCircuitException && Failure is { } before ? before : failure;

    private HttpClient Over(HttpMessageHandler handler)
    {
        var http = new HttpClient(handler, disposeHandler: false) { BaseAddress = Settings.BaseUrl, Timeout = Timeout.InfiniteTimeSpan };
        // A line end, as a key from a file has, is no part of it; what no header can hold is no key, and the server will say that it has
        // none.
        if (Settings.ApiKey?.Trim() is { Length: > 0 } key && key.All(c => c is > ' ' and <= '~'))
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        return http;
    }

    private static TimeSpan FreshFor(EndpointInfo info) =>
        info.Catalog is not { } catalog || !catalog.Models.Any(model => model.Loaded && !model.Embedding) ? KeptWhereNothingWasFound
        : catalog.LoadsOnDemand ? KeptWhereUseLoads
        : Kept;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Endpoint}: {Fault}: {Message}")]
    private static partial void LogFailure(ILogger logger, string endpoint, ModelFault fault, string message);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Endpoint} was {Before} and is {Now}")]
    private static partial void LogChange(ILogger logger, string endpoint, EndpointKind before, EndpointKind? now);
}

/// <summary>An endpoint's answers about itself, or its failure.</summary>
internal sealed record EndpointInfo(Catalog? Catalog, ModelServerException? Failure);
