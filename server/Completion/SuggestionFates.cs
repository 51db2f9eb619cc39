using Assistant.Usage;

namespace Assistant.Completion;

/// <summary>
/// What became of the models' suggestions: kept where it was accepted or typed to its end, not kept where the text went another way.
/// Each is told once. Where the editor says nothing of accepting, the text tells.
/// </summary>
internal sealed class SuggestionFates(IRequestRecords? records)
{
    private readonly Lock gate = new();
    private KnownAnswer? open;

    /// <summary>A model's suggestion stands on the screen.</summary>
    public void Shown(CompletionAnswer answer, CompletionQuery query)
    {
        if (answer is not Suggestion { Source: { Engine: Engine.Model } source } suggestion)
        {
            return;
        }
        lock (gate)
        {
            // More of the same answer is no other suggestion.
            if (open?.Source is { } before && before.Endpoint == source.Endpoint && before.Model == source.Model && before.Prompt == source.Prompt)
            {
                return;
            }
            Tell(kept: false);
            open = new KnownAnswer(
                new AnswerOrigin(query.Uri, query.Continued.Before, query.Continued.After), suggestion.Text[(query.Selected?.Text.Length ?? 0)..], 0, source);
        }
    }

    /// <summary>Somebody has typed on, accepted, or gone elsewhere.</summary>
    public void Typed(CompletionQuery query)
    {
        lock (gate)
        {
            if (open is null)
            {
                return;
            }
            if (open.Origin.TypedIn(query.Uri, query.Continued) is not { } typed)
            {
                Tell(kept: false);
            }
            else if (typed.AsSpan().Trim().StartsWith(open.Full.AsSpan().Trim()))
            {
                Tell(kept: true);
            }
            else if (Agreement.Consumed(open.Full, typed) is null)
            {
                Tell(kept: false);
            }
        }
    }

    public void Accepted()
    {
        lock (gate)
        {
            Tell(kept: true);
        }
    }

    private void Tell(bool kept)
    {
        if (open is { Source: { Endpoint: { } endpoint, Model: { } model } })
        {
            records?.Suggested(endpoint, model, kept);
        }
        open = null;
    }
}
