using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>A streamed reply, with what may go wrong in its middle.</summary>
internal static class Streams
{
    private static readonly TimeSpan CommentsEvery = TimeSpan.FromMilliseconds(5);

    /// <summary>Writes the reply to its last byte.</summary>
    public static async Task WriteAsync(Exchange exchange, Profile profile, ServerState server, Job job, Reply reply, Way way)
    {
        if (profile.HeadTime == HeadTime.AtOnce)
        {
            await exchange.StartAsync(profile.StreamHead(exchange.Request));
        }
        var first = true;
        var sent = 0;
        var calls = new CallWriter(profile, way.Shape);
        await NeverEndAsync();
        await using var steps = server.Engine.RunAsync(job, exchange.Record, exchange.PeerGone, exchange.Stop)
            .GetAsyncEnumerator(exchange.Stop);
        while (await NextAsync(steps, exchange, profile, pings: first))
        {
            switch (steps.Current)
            {
                case Prefilled step:
                    if (profile.HeadTime == HeadTime.BeforeReading)
                    {
                        await EnsureHeadAsync(exchange, profile);
                    }
                    if (step.Done > 0 && profile.Progress(step) is { Length: > 0 } progress)
                    {
                        await exchange.SendAsync(progress);
                    }
                    break;

                case Text text:
                    if (exchange.Options.FaultAfterTokens == sent
                        && await BreakAsync(exchange, profile, reply.Request, first ? profile.First(reply) : "", server.Options.Fault))
                    {
                        return;
                    }
                    if (text.Value.Length > 0 || profile.SendsEmptyPieces)
                    {
                        await SendAsync(text);
                        sent++;
                    }
                    break;

                case Finished end:
                    if (await BreakAsync(exchange, profile, reply.Request, first ? profile.First(reply) : "",
                        way.Breaks ? Fault.ErrorInStream : server.Options.Fault))
                    {
                        return;
                    }
                    exchange.Record.Delivering();
                    if (end.Rest.Length > 0)
                    {
                        await SendPieceAsync(end.Rest, end.Usage);
                    }
                    else if (first)
                    {
                        await EnsureHeadAsync(exchange, profile);
                        await SendUnlessEmptyAsync(exchange, profile.First(reply));
                    }
                    foreach (var last in profile.Last(reply, Reason(end, profile, server.Options.Fault), end.Usage))
                    {
                        await exchange.SendAsync(last);
                    }
                    await exchange.EndStreamAsync();
                    break;
            }
        }

        // Until the client hangs up.
        async Task NeverEndAsync()
        {
            var native = reply.Request.Flag("native");
            while (server.Options.Fault is Fault.EndlessComments or Fault.EndlessBlanks or Fault.EndlessEvent)
            {
                await EnsureHeadAsync(exchange, profile);
                switch (server.Options.Fault)
                {
                    case Fault.EndlessBlanks:
                        await SendPieceAsync("", null);
                        break;
                    case Fault.EndlessComments:
                        await exchange.SendAsync(native ? "\n" : ": still here\n\n");
                        await exchange.DelayAsync(CommentsEvery);
                        break;
                    default:
                        await exchange.SendAsync((first ? native ? "{\"response\":\"" : "data: " : "") + new string('x', 100_000));
                        first = false;
                        break;
                }
            }
        }

        Task SendAsync(Text text) => text.Of switch
        {
            CallSegment call => SendCallAsync(text, call),
            var of when of == Segment.Reasoning => SendDeltaAsync(new JsonObject { [way.ReasoningName] = text.Value }, null),
            _ => SendPieceAsync(text.Value, reply.Request.Flag("timings_per_token") ? text.SoFar : null),
        };

        async Task SendCallAsync(Text text, CallSegment call)
        {
            foreach (var entry in calls.Feed(text.Value, call, text.Ends))
            {
                await SendDeltaAsync(new JsonObject { ["tool_calls"] = new JsonArray(entry) }, null);
            }
        }

        async Task SendPieceAsync(string text, Usage? usage)
        {
            if (reply.Chat)
            {
                await SendDeltaAsync(new JsonObject { ["content"] = text }, usage);
            }
            else
            {
                await SendEventAsync(profile.Piece(reply, text, usage));
            }
            exchange.Record.Sent(text);
        }

        Task SendDeltaAsync(JsonObject delta, Usage? usage) => SendEventAsync(profile.Delta(reply, delta, usage, first));

        async Task SendEventAsync(string piece)
        {
            await EnsureHeadAsync(exchange, profile);
            var odd = exchange.Options.Fault != Fault.OddChunks ? piece
                // Objects on lines have no comments and no events.
                : reply.Request.Flag("native") ? "\n" + piece
                : OddChunks.Around(piece, reply.Chat, first);
            await exchange.SendAsync((first ? profile.First(reply) : "") + odd);
            first = false;
        }
    }

    /// <summary>The engine's next step; where the server does so, comments go out by the clock until it comes.</summary>
    private static async Task<bool> NextAsync(IAsyncEnumerator<Step> steps, Exchange exchange, Profile profile, bool pings)
    {
        var next = steps.MoveNextAsync().AsTask();
        while (pings && profile.PingsByClock && !next.IsCompleted)
        {
            using var came = CancellationTokenSource.CreateLinkedTokenSource(exchange.Stop);
            if (await Task.WhenAny(next, Task.Delay(exchange.Options.KeepaliveEvery, exchange.Options.Clock, came.Token)) != next
                && !exchange.PeerGone.IsCancellationRequested)
            {
                await EnsureHeadAsync(exchange, profile);
                await exchange.SendAsync(":\n\n");
            }
            await came.CancelAsync();
        }
        return await next;
    }

    public static Task EnsureHeadAsync(Exchange exchange, Profile profile) =>
        exchange.HeadSent ? Task.CompletedTask : exchange.StartAsync(profile.StreamHead(exchange.Request));

    public static Task SendUnlessEmptyAsync(Exchange exchange, string text) =>
        text.Length == 0 ? Task.CompletedTask : exchange.SendAsync(text);

    /// <summary>True if a fault has ended the stream.</summary>
    private static async Task<bool> BreakAsync(Exchange exchange, Profile profile, CompletionRequest request, string start, Fault fault)
    {
        switch (fault)
        {
            case Fault.ResetInStream:
                exchange.Reset();
                return true;
            case Fault.SilentInStream:
                await SilentAsync(exchange);
                return true;
            case Fault.BrokenJson:
                await EnsureHeadAsync(exchange, profile);
                await exchange.SendAsync(start
                    + (request.Flag("native") ? "{\"model\":\"m\",\"respo\n" : "data: {\"choices\":[{\"index\":0,\"del\n\n"));
                await exchange.EndStreamAsync();
                return true;
            case Fault.ModelUnloaded:
                exchange.Record.Delivering();
                await EnsureHeadAsync(exchange, profile);
                await SendUnlessEmptyAsync(exchange, start + profile.ErrorInStream(request, "Model unloaded."));
                await exchange.EndStreamAsync();
                return true;
            case Fault.EndWithoutDone:
            case Fault.ErrorInStream:
                exchange.Record.Delivering();
                await EnsureHeadAsync(exchange, profile);
                await SendUnlessEmptyAsync(exchange, fault == Fault.ErrorInStream ? start + profile.BrokenStream(request) : "");
                await exchange.EndStreamAsync();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Nothing more comes and nothing is closed, until the client hangs up.</summary>
    private static async Task SilentAsync(Exchange exchange)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(exchange.Stop, exchange.PeerGone);
        await Task.Delay(Timeout.InfiniteTimeSpan, exchange.Options.Clock, either.Token);
    }

    public static string? Reason(Finished end, Profile profile, Fault fault) => fault switch
    {
        Fault.FinishReasonMissing => null,
        Fault.FinishReasonUnknown => profile.OddReason,
        _ => end.Reason,
    };
}

/// <summary>How the parts of a reply that are no text look.</summary>
/// <param name="Breaks">Whether the server stumbles over a call before its first text.</param>
internal sealed record Way(CallShape Shape, string ReasoningName, bool Breaks);
