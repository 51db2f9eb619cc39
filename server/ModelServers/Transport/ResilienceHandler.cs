using System.Net.Sockets;
using Assistant.Settings;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Assistant.ModelServers.Transport;

/// <summary>
/// All handling before the first byte: one retry of a refused connection; a growing pause after failures, so that keystrokes do not each
/// try a dead server; the first-byte timeout. Afterwards the <see cref="WatchedStream"/> takes over. A cancel is never a failure.
/// Independent of the dialects.
/// </summary>
internal sealed class ResilienceHandler : DelegatingHandler
{
    /// <summary>Overrides the endpoint's first-byte timeout for one request.</summary>
    public static readonly HttpRequestOptionsKey<TimeSpan> FirstByteTimeout = new("FirstByteTimeout");

    /// <summary>Sets the load timeout as first-byte timeout for a request to a model that the user named and that it may load.</summary>
    public static void AllowForLoading(HttpRequestMessage request, EndpointSettings endpoint)
    {
        if (endpoint.LoadTimeout > endpoint.FirstByteTimeout)
        {
            request.Options.Set(FirstByteTimeout, endpoint.LoadTimeout);
        }
    }

    /// <summary>The request's budget: the retry of a refused connection takes one attempt. Without a budget the retry is free.</summary>
    public static readonly HttpRequestOptionsKey<AttemptBudget> Attempts = new("Attempts");

    /// <summary>The request asks the server about itself and generates nothing.</summary>
    public static readonly HttpRequestOptionsKey<bool> Question = new("Question");

    /// <summary>The body of the reply, for the reader that can tell parts of an answer from other bytes.</summary>
    public static readonly HttpRequestOptionsKey<WatchedStream> ReplyBody = new("ReplyBody");

    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);

    private readonly EndpointSettings endpoint;
    private readonly TimeProvider clock;
    private readonly Breaker asking;
    private readonly Breaker generating;

    public ResilienceHandler(EndpointSettings endpoint, TimeProvider clock, HttpMessageHandler inner)
        : base(inner)
    {
        this.endpoint = endpoint;
        this.clock = clock;
        // Separate breakers, since a server with a dead generator still answers questions about itself.
        asking = new Breaker(clock);
        generating = new Breaker(clock);
    }

    /// <summary>The time until the next generation may be tried; zero or less if one may be tried now.</summary>
    public TimeSpan Pause => generating.Pause;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var firstByte = request.Options.TryGetValue(FirstByteTimeout, out var own) ? own : endpoint.FirstByteTimeout;
        var breaker = request.Method == HttpMethod.Get || request.Options.TryGetValue(Question, out _) ? asking : generating;
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        if (request.Options.TryGetValue(Attempts, out var attempts))
        {
            context.Properties.Set(Breaker.Attempts, attempts);
        }
        try
        {
            return await breaker.Pipeline.ExecuteAsync(
                async once => await SendOnceAsync(request, firstByte, once.CancellationToken), context);
        }
        catch (BrokenCircuitException error)
        {
            throw ModelServerErrors.CircuitOpen(endpoint, breaker.Pause, error);
        }
        catch (HttpRequestException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw error.HttpRequestError switch
            {
                HttpRequestError.ResponseEnded => ModelServerErrors.ZeroByteClose(endpoint, error),
                // The reply's header does not end.
                HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded =>
                    ModelServerErrors.UnexpectedServer(endpoint, $"no web server: {error.Message}"),
                _ => ModelServerErrors.Down(endpoint, error.Message, error),
            };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, TimeSpan firstByte, CancellationToken token)
    {
        using var late = new CancellationTokenSource(firstByte, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, late.Token);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, either.Token);
            var watched = new WatchedStream(await response.Content.ReadAsStreamAsync(either.Token), endpoint, firstByte, clock);
            request.Options.Set(ReplyBody, watched);
            var content = new StreamContent(watched);
            foreach (var header in response.Content.Headers)
            {
                content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
            response.Content = content;
            await watched.ReadAheadAsync(either.Token);
            return response;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested && late.IsCancellationRequested)
        {
            response?.Dispose();
            throw ModelServerErrors.NoFirstByte(endpoint, firstByte);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }

    private static bool IsRefused(Exception? error) =>
        error is HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };

    private static bool IsFailure(Exception? error) =>
        error is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            or ModelServerException { Fault: ModelFault.NoFirstByte or ModelFault.Down };

    /// <summary>A retry around a circuit breaker. The breaker's pause doubles from 1 s up to 5 s while attempts keep failing.</summary>
    private sealed class Breaker
    {
        public static readonly ResiliencePropertyKey<AttemptBudget> Attempts = new("Attempts");

        private readonly TimeProvider clock;
        private long openedAt;
        private TimeSpan pause;

        public Breaker(TimeProvider clock)
        {
            this.clock = clock;
            Pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
                .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
                {
                    MaxRetryAttempts = 1,
                    Delay = TimeSpan.FromMilliseconds(50),
                    // Polly calls this after the retry too, which must not take another attempt.
                    ShouldHandle = arguments => new(
                        IsRefused(arguments.Outcome.Exception) && arguments.AttemptNumber == 0
                        && (!arguments.Context.Properties.TryGetValue(Attempts, out var attempts) || attempts.TryTake())),
                })
                .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
                {
                    // Any failure opens it after two attempts (Polly's minimum) in the last ten minutes.
                    FailureRatio = 0.0001,
                    MinimumThroughput = 2,
                    SamplingDuration = TimeSpan.FromMinutes(10),
                    ShouldHandle = arguments => new(IsFailure(arguments.Outcome.Exception)),
                    BreakDurationGenerator = arguments =>
                        new(Min(TimeSpan.FromSeconds(Math.Pow(2, arguments.HalfOpenAttempts)), MaxPause)),
                    OnOpened = arguments =>
                    {
                        (openedAt, pause) = (clock.GetTimestamp(), arguments.BreakDuration);
                        return default;
                    },
                })
                .Build();
        }

        public ResiliencePipeline<HttpResponseMessage> Pipeline { get; }

        public TimeSpan Pause => pause - clock.GetElapsedTime(openedAt);

        private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }
}
