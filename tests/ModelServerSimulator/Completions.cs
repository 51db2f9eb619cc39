using System.Text;

namespace ModelServerSimulator;

/// <summary>
/// A completion or chat from its request to its last byte; what differs from server to server is asked of the <see cref="Profile"/>.
/// </summary>
internal static class Completions
{
    public static async Task AnswerAsync(Exchange exchange, Profile profile, ServerState server, bool chat)
    {
        var request = exchange.Record.Json is { } json ? profile.Read(exchange.Request, chat, json) : null;
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
        var prompt = tokenizer.Split(profile.Prompt(request, format));
        prompt = prompt.Count > 0 ? prompt : [""];
        var (scripted, shape) = Scripted(exchange, profile, server, request, format);
        if (prompt.Count >= model.ContextTokens || exchange.Options.Fault == Fault.ContextOverflow)
        {
            var overflow = exchange.Options.Overflow == OverflowShape.OfProfile ? profile.Overflow : exchange.Options.Overflow;
            if (await OverflowAsync(exchange, profile, request, model, prompt.Count, overflow))
            {
                return;
            }
            scripted = new ModelReply(overflow == OverflowShape.Empty ? "" : Brain.Garbage);
            prompt = [.. prompt.Take(Math.Max(1, model.ContextTokens / 2))];
        }
        if (exchange.Options.Fault == Fault.TemplateError && chat)
        {
            await TellAsync(exchange, profile, request,
                "Error rendering prompt with jinja template: \"Cannot apply filter 'string' to type: NullValue\".");
            return;
        }

        using var lease = server.Lease(model);
        var reasoning = exchange.Options.ReasoningShape == ReasoningShape.OfProfile
            ? profile.ReasoningShape : exchange.Options.ReasoningShape;
        var answer = Answers.Of(scripted, profile, tokenizer, format, shape, reasoning, chat);
        var job = new Job(
            model, prompt, answer, request.MaxTokens ?? profile.DefaultMaxTokens,
            profile.Stops(request.Stops, tokenizer), profile.HangUps(request.Streamed), lease.Unloaded);
        var reply = profile.NewReply(request, model, exchange.Options.Clock.GetUtcNow().ToUnixTimeSeconds());
        var way = new Way(shape, reasoning == ReasoningShape.ReasoningContent ? "reasoning_content" : "reasoning",
            Breaks: shape == CallShape.Malformed && profile.MalformedCalls == MalformedCalls.Break && scripted.Calls.Count > 0);
        try
        {
            if (request.Streamed)
            {
                await Streams.WriteAsync(exchange, profile, server, job, reply, way);
            }
            else
            {
                await WholeAsync(exchange, profile, server, job, reply, way);
            }
        }
        catch (OperationCanceledException) when (lease.Unloaded.IsCancellationRequested && !exchange.PeerGone.IsCancellationRequested)
        {
            await TellAsync(exchange, profile, request, "Model unloaded.");
        }
    }

    /// <summary>What the model writes, as far as this server and this request let it.</summary>
    private static (ModelReply Reply, CallShape Shape) Scripted(Exchange exchange, Profile profile, ServerState server,
        CompletionRequest request, FimFormat format)
    {
        var options = exchange.Options;
        var reply = request.Chat
            ? server.Brain.Answer(request, format, options)
            : server.Brain.Continue(profile.Prompt(request, format), format, options);
        var shape = reply.Shape != CallShape.OfProfile ? reply.Shape : options.CallShape;
        if (profile.TakesGrammar && request.Grammar is { } grammar)
        {
            reply = reply with { Text = Grammar.Parse(grammar)!.Bend(reply.Text) };
        }
        if (profile.TakesSchema && request.Schema is { } schema)
        {
            reply = reply with { Text = SchemaText.Of(schema, reply), Calls = [] };
        }
        if (reply.Calls.Count > 0 && !request.OffersTools && CallText.Of(shape, []) is null)
        {
            shape = CallShape.BareObject;
        }
        return options.Fault switch
        {
            Fault.EmptyContent => (new ModelReply(), shape),
            Fault.ContentInReasoning when request.Chat => (reply with { Reasoning = reply.Reasoning + reply.Text, Text = "" }, shape),
            _ => (reply, shape),
        };
    }

    private static async Task WholeAsync(Exchange exchange, Profile profile, ServerState server, Job job, Reply reply, Way way)
    {
        var (text, thoughts) = (new StringBuilder(), new StringBuilder());
        List<(CallSegment Call, StringBuilder Arguments, bool Ended)> calls = [];
        await foreach (var step in server.Engine.RunAsync(job, exchange.Record, exchange.PeerGone, exchange.Stop))
        {
            switch (step)
            {
                case Text { Of: CallSegment call } piece:
                    var place = calls.FindIndex(known => known.Call == call);
                    var arguments = place < 0 ? new StringBuilder() : calls[place].Arguments;
                    arguments.Append(piece.Value);
                    if (place >= 0)
                    {
                        calls.RemoveAt(place);
                    }
                    calls.Add((call, arguments, piece.Ends));
                    break;
                case Text piece:
                    (piece.Of == Segment.Reasoning ? thoughts : text).Append(piece.Value);
                    break;
                case Finished finished:
                    text.Append(finished.Rest);
                    if (way.Breaks || server.Options.Fault == Fault.ErrorInStream)
                    {
                        await RefuseAsync(exchange, profile, profile.Broken());
                        return;
                    }
                    var writer = new CallWriter(profile, way.Shape);
                    var written = new Written(text.ToString(), thoughts.ToString(), way.ReasoningName,
                    [
                        .. calls.Where(call => writer.TellsCut || (call.Ended && way.Shape != CallShape.Truncated))
                        .Select(call => writer.Whole(call.Call, call.Arguments.ToString())),
                    ]);
                    await ReplyAsync(exchange, profile,
                        profile.Whole(reply, written, Streams.Reason(finished, profile, server.Options.Fault), finished.Usage));
                    exchange.Record.Sent(text.ToString());
                    break;
            }
        }
    }

    /// <summary>A whole reply with status 200, unless a fault cuts it.</summary>
    public static async Task ReplyAsync(Exchange exchange, Profile profile, string body)
    {
        var head = profile.WorkHead(exchange.Request, body);
        if (exchange.Options.Fault == Fault.ResetInStream)
        {
            await exchange.StartAsync(head);
            await exchange.RawAsync(body[..(body.Length / 2)]);
            exchange.Reset();
            return;
        }
        await exchange.ReplyAsync(head, body);
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
                    $"Input does not fit in context length. The input has {tokens} tokens, "
                    + $"but the context length only supports {model.ContextTokens} tokens."));
                await exchange.EndStreamAsync();
                return true;
            case OverflowShape.ErrorEvent:
            case OverflowShape.StringError:
                var said = "The number of tokens to keep from the initial prompt is greater than the context length "
                    + $"(n_keep: {tokens}>= n_ctx: {model.ContextTokens}). "
                    + "Try to load the model with a larger context length, or provide a shorter input.";
                await RefuseAsync(exchange, profile, new Refusal(400, $$"""{"error":"{{said}}"}"""));
                return true;
            case OverflowShape.ErrorObject:
                await RefuseAsync(exchange, profile, profile.TooLong(tokens, model));
                return true;
            default:
                return false;
        }
    }

    /// <summary>An error where it is noticed: in the stream if its head is out or goes out first, else as a reply of its own.</summary>
    private static async Task TellAsync(Exchange exchange, Profile profile, CompletionRequest request, string message)
    {
        if (exchange.HeadSent || (request.Streamed && profile.HeadTime == HeadTime.AtOnce))
        {
            await Streams.EnsureHeadAsync(exchange, profile);
            await Streams.SendUnlessEmptyAsync(exchange, profile.ErrorInStream(request, message));
            await exchange.EndStreamAsync();
        }
        else
        {
            await RefuseAsync(exchange, profile, profile.Failed(message));
        }
    }

    public static async Task RefuseAsync(Exchange exchange, Profile profile, Refusal refusal)
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
}
