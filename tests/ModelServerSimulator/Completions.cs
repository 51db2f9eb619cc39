using System.Text;

namespace ModelServerSimulator;

/// <summary>A completion or chat from its request to its last byte; what differs from server to server is asked of the <see cref="Profile"/>.</summary>
internal static class Completions
{
    public static async Task AnswerAsync(Exchange exchange, Profile profile, ServerState server, bool chat)
    {
        var request = exchange.Record.Json is { } json ? new CompletionRequest(chat, json) : null;
        var wrong = profile.Refuse(exchange.Request, request, server);
        if (wrong is not null || request is null)
        {
            await RefuseAsync(exchange, profile, wrong ?? new Refusal(400, profile.Error(400, "The body is not a JSON object.")));
            return;
        }
        var (model, refusal) = await profile.ModelAsync(request, server, exchange);
        if (model is null)
        {
            await RefuseAsync(exchange, profile, refusal!);
            return;
        }

        var format = FimFormats.Of(model);
        var tokenizer = new Tokenizer(format);
        var prompt = tokenizer.Split(request.Prompt);
        prompt = prompt.Count > 0 ? prompt : [""];
        var text = chat
            ? server.Brain.Answer(request.LastMessage, format, exchange.Options)
            : server.Brain.Continue(request.Prompt, format, exchange.Options);
        if (profile.TakesGrammar && request.Grammar is { } grammar)
        {
            text = Grammar.Parse(grammar)!.Bend(text);
        }
        text = exchange.Options.Fault == Fault.EmptyContent ? "" : text;

        if (prompt.Count >= model.ContextTokens || exchange.Options.Fault == Fault.ContextOverflow)
        {
            var shape = exchange.Options.Overflow == OverflowShape.OfProfile ? profile.Overflow : exchange.Options.Overflow;
            if (await OverflowAsync(exchange, profile, request, model, prompt.Count, shape))
            {
                return;
            }
            text = shape == OverflowShape.Empty ? "" : Brain.Garbage;
            prompt = [.. prompt.Take(model.ContextTokens / 2)];
        }

        var job = new Job(
            model, prompt, profile.Detokenized(UpToEnd(tokenizer.Split(text), format, profile)), request.MaxTokens ?? profile.DefaultMaxTokens,
            profile.Stops(request.Stops, tokenizer), profile.HangUps(request.Streamed));
        var reply = profile.NewReply(request, model, exchange.Options.Clock.GetUtcNow().ToUnixTimeSeconds());
        if (request.Streamed)
        {
            await StreamAsync(exchange, profile, server, job, reply);
        }
        else
        {
            await WholeAsync(exchange, profile, server, job, reply);
        }
    }

    private static async Task StreamAsync(Exchange exchange, Profile profile, ServerState server, Job job, Reply reply)
    {
        if (profile.HeadTime == HeadTime.AtOnce)
        {
            await exchange.StartAsync(profile.StreamHead(exchange.Request));
        }
        var first = true;
        var sent = 0;
        await using var steps = server.Engine.RunAsync(job, exchange.Record, exchange.PeerGone, exchange.Stop).GetAsyncEnumerator(exchange.Stop);
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
                    if (exchange.Options.FaultAfterTokens == sent && await BreakAsync(exchange, profile, first ? profile.First(reply) : "", server.Options.Fault))
                    {
                        return;
                    }
                    if (text.Value.Length > 0 || profile.SendsEmptyPieces)
                    {
                        await SendPieceAsync(text.Value, reply.Request.Flag("timings_per_token") ? text.SoFar : null);
                        sent++;
                    }
                    break;

                case Finished end:
                    if (await BreakAsync(exchange, profile, first ? profile.First(reply) : "", server.Options.Fault))
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
                    foreach (var last in profile.Last(reply, Reason(end, server.Options.Fault), end.Usage))
                    {
                        await exchange.SendAsync(last);
                    }
                    await exchange.EndStreamAsync();
                    break;
            }
        }

        async Task SendPieceAsync(string text, Usage? usage)
        {
            await EnsureHeadAsync(exchange, profile);
            await exchange.SendAsync((first ? profile.First(reply) : "") + profile.Piece(reply, text, usage));
            first = false;
            exchange.Record.Sent(text);
        }
    }

    private static async Task WholeAsync(Exchange exchange, Profile profile, ServerState server, Job job, Reply reply)
    {
        var text = new StringBuilder();
        await foreach (var step in server.Engine.RunAsync(job, exchange.Record, exchange.PeerGone, exchange.Stop))
        {
            text.Append(step switch { Text piece => piece.Value, Finished end => end.Rest, _ => "" });
            if (step is Finished finished)
            {
                var body = profile.Whole(reply, text.ToString(), Reason(finished, server.Options.Fault), finished.Usage);
                await exchange.ReplyAsync(profile.JsonHead(exchange.Request, 200, body), body);
                exchange.Record.Sent(text.ToString());
            }
        }
    }

    /// <summary>The engine's next step; where the server does so, comments go out by the clock until it comes.</summary>
    private static async Task<bool> NextAsync(IAsyncEnumerator<Step> steps, Exchange exchange, Profile profile, bool pings)
    {
        var next = steps.MoveNextAsync().AsTask();
        while (pings && profile.PingsByClock && !next.IsCompleted)
        {
            using var came = CancellationTokenSource.CreateLinkedTokenSource(exchange.Stop);
            if (await Task.WhenAny(next, Task.Delay(exchange.Options.KeepaliveEvery, exchange.Options.Clock, came.Token)) != next && !exchange.PeerGone.IsCancellationRequested)
            {
                await EnsureHeadAsync(exchange, profile);
                await exchange.SendAsync(":\n\n");
            }
            await came.CancelAsync();
        }
        return await next;
    }

    private static Task EnsureHeadAsync(Exchange exchange, Profile profile) =>
        exchange.HeadSent ? Task.CompletedTask : exchange.StartAsync(profile.StreamHead(exchange.Request));

    private static Task SendUnlessEmptyAsync(Exchange exchange, string text) => text.Length == 0 ? Task.CompletedTask : exchange.SendAsync(text);

    /// <summary>True if a fault has ended the stream.</summary>
    private static async Task<bool> BreakAsync(Exchange exchange, Profile profile, string start, Fault fault)
    {
        switch (fault)
        {
            case Fault.ResetInStream:
                exchange.Reset();
                return true;
            case Fault.EndWithoutDone:
            case Fault.ErrorInStream:
                exchange.Record.Delivering();
                await EnsureHeadAsync(exchange, profile);
                await SendUnlessEmptyAsync(exchange, fault == Fault.ErrorInStream ? start + profile.BrokenStream() : "");
                await exchange.EndStreamAsync();
                return true;
            default:
                return false;
        }
    }

    /// <summary>True if the overflow was told; else the reply is an ordinary one with an odd text.</summary>
    private static async Task<bool> OverflowAsync(
        Exchange exchange, Profile profile, CompletionRequest request, SimulatedModel model, int tokens, OverflowShape shape)
    {
        switch (shape)
        {
            case OverflowShape.ErrorEvent when request.Streamed:
                await exchange.StartAsync(profile.StreamHead(exchange.Request));
                await exchange.SendAsync(LmStudio.ErrorEvent(
                    $"Input does not fit in context length. The input has {tokens} tokens, but the context length only supports {model.ContextTokens} tokens."));
                await exchange.EndStreamAsync();
                return true;
            case OverflowShape.ErrorEvent:
            case OverflowShape.StringError:
                await RefuseAsync(exchange, profile, new Refusal(400, $$"""
                    {"error":"The number of tokens to keep from the initial prompt is greater than the context length (n_keep: {{tokens}}>= n_ctx: {{model.ContextTokens}}). Try to load the model with a larger context length, or provide a shorter input."}
                    """));
                return true;
            case OverflowShape.ErrorObject:
                await RefuseAsync(exchange, profile, profile.TooLong(tokens, model));
                return true;
            default:
                return false;
        }
    }

    private static async Task RefuseAsync(Exchange exchange, Profile profile, Refusal refusal)
    {
        if (refusal.Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, exchange.Options.Clock, exchange.Stop);
        }
        if (refusal.Body is { } body)
        {
            await exchange.ReplyAsync(profile.JsonHead(exchange.Request, refusal.Status, body), body);
        }
    }

    private static string? Reason(Finished end, Fault fault) => fault switch
    {
        Fault.FinishReasonMissing => null,
        Fault.FinishReasonUnknown => "eos_token_reached",
        _ => end.Reason,
    };

    /// <summary>The answer up to the first token that this server takes for an end.</summary>
    private static IReadOnlyList<string> UpToEnd(IReadOnlyList<string> tokens, FimFormat format, Profile profile) =>
        [.. tokens.TakeWhile(token => !format.EndTokens.Contains(token) && !(profile.PadEnds && format.PadTokens.Contains(token)))];
}
