namespace ModelServerSimulator;

/// <summary>What a token is a part of.</summary>
internal abstract record Segment
{
    public static Segment Content { get; } = new ContentSegment();

    public static Segment Reasoning { get; } = new ReasoningSegment();

    private sealed record ContentSegment : Segment;

    private sealed record ReasoningSegment : Segment;
}

/// <summary>A call of a tool that the server recognises as one.</summary>
internal sealed record CallSegment(int Number, ModelCall Call, string Id) : Segment;

/// <param name="Ends">Whether it is the last of its segment.</param>
internal sealed record AnswerToken(string Text, Segment Of, bool Ends);

/// <summary>What a job gives: the tokens up to the model's end, and the reason that the server then tells.</summary>
internal sealed record Answer(IReadOnlyList<AnswerToken> Tokens, string Reason = "stop");

/// <summary>Cuts a reply into the tokens of its segments.</summary>
internal static class Answers
{
    public static Answer Of(ModelReply reply, Profile profile, Tokenizer tokenizer, FimFormat format, CallShape shape,
        ReasoningShape reasoning, bool chat)
    {
        List<AnswerToken> tokens = [];
        var (text, thoughts) = (reply.Text, reply.Reasoning);
        var calls = shape == CallShape.FinishWithoutCalls || (shape == CallShape.Malformed && profile.MalformedCalls != MalformedCalls.Pass)
            ? [] : reply.Calls;
        if (shape == CallShape.InReasoning)
        {
            (thoughts, calls) = (thoughts + CallText.Of(shape, calls), []);
        }
        else if (CallText.Of(shape, calls) is { } written)
        {
            (text, calls) = (text.Length > 0 && written.Length > 0 ? text + "\n" + written : text + written, []);
        }
        if (!chat || reasoning == ReasoningShape.ThinkTags)
        {
            (text, thoughts) = (thoughts.Length > 0 ? $"<think>{thoughts}</think>{text}" : text, "");
        }
        Add(Segment.Reasoning, UpToEnd(thoughts));
        Add(Segment.Content, profile.Detokenized([.. UpToEnd(text)]));
        foreach (var (number, call) in calls.Index())
        {
            var arguments = tokenizer.Split(shape == CallShape.Malformed ? CallText.Broken(call.Arguments) : call.Arguments);
            var shown = shape == CallShape.OtherSpelling ? call with { Name = Respelled(call.Name) } : call;
            Add(new CallSegment(number, shown, shape == CallShape.IdEmpty ? "" : profile.NewCallId()),
                shape == CallShape.Truncated ? [.. arguments.Take(Math.Max(1, arguments.Count / 2))] : [.. arguments]);
        }
        return new Answer(tokens, shape switch
        {
            _ when reply.Calls.Count == 0 || CallText.Of(shape, []) is not null => "stop",
            CallShape.Truncated => "length",
            CallShape.FinishStop => "stop",
            _ => "tool_calls",
        });

        IEnumerable<string> UpToEnd(string part) => tokenizer.Split(part)
            .TakeWhile(token => !format.EndTokens.Contains(token) && !(profile.PadEnds && format.PadTokens.Contains(token)));

        void Add(Segment segment, IEnumerable<string> pieces)
        {
            var all = pieces.ToArray();
            tokens.AddRange(all.Select((piece, index) => new AnswerToken(piece, segment, index == all.Length - 1)));
        }
    }

    /// <summary><c>ReadFile</c> for <c>read_file</c> and the other way round.</summary>
    private static string Respelled(string name) => name.Contains('_', StringComparison.Ordinal)
        ? string.Concat(name.Split('_').Select(word => word[..1].ToUpperInvariant() + word[1..]))
        : string.Concat(name.Select((character, index) =>
            char.IsUpper(character) ? (index == 0 ? "" : "_") + char.ToLowerInvariant(character) : character.ToString()));
}
