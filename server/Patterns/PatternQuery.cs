using Assistant.Basics;

namespace Assistant.Patterns;

/// <summary>
/// One query of the index. It gathers the occurrences of the caret's context, which vote on the next token, and repeats this while the
/// confidence suffices.
/// </summary>
internal sealed class PatternQuery(PatternState state, Vocabulary words, string path, TextAround text, PatternRules rules)
{
    private const int MaxExact = 160;
    private const int MaxLoose = 80;
    private const int MaxTokens = 24;
    private const int MaxTokensOfLines = 60;
    private const int MinExact = 2;
    private const int MinLoose = 4;
    private const int MaxMapped = 32;

    private readonly CaretContext caret = new(words, text);
    private readonly PatternVotes votes = new();

    public CaretContext Caret => caret;

    public PatternAnswer Answer()
    {
        if (caret.Unfinished)
        {
            return PatternAnswer.Of(PatternMiss.InTextOrComment);
        }
        var least = rules.MinConfidence ?? PatternModel.MinConfidence;
        var continuation = new ContinuationText(words, caret, text);
        var confidence = 1.0;
        var shown = 1.0;
        Vote? first = null;
        var miss = PatternMiss.NotSeen;
        for (var step = 0; step < (rules.MultiLine ? MaxTokensOfLines : MaxTokens); step++)
        {
            Gather(step);
            var (best, probability) = PatternModel.Best(votes, words, caret, step);
            if (best is null)
            {
                break;
            }
            miss = PatternMiss.NoAgreement;
            confidence *= probability;
            if (confidence < least)
            {
                break;
            }
            if (best.Key == PatternVotes.LineEnd)
            {
                continuation.EndLine(confidence);
                if (first is null || !rules.MultiLine || continuation.Lines >= rules.MaxLines)
                {
                    break;
                }
                caret.EndLine();
                continue;
            }
            var startsLine = caret.LineEnded;
            if (best.Key == words.Close && caret.OpenBraces <= 0)
            {
                // The block was opened before the caret: the user or the editor closes it.
                break;
            }
            if (!continuation.Append(best.Token, startsLine, Math.Max(0, caret.Indent + best.IndentStep)))
            {
                break;
            }
            first ??= best;
            shown = confidence;
            caret.Continue(best.Token, best.IndentStep);
        }
        if (first is null)
        {
            return PatternAnswer.Of(miss);
        }
        return continuation.Finish(shown) is not { } finished || FollowsAlready(finished.Text)
            ? PatternAnswer.Of(PatternMiss.NothingToAdd)
            : new(
                new(finished.Text, finished.ReplaceAfter, finished.Confidence, first.SourceLength, [first.Source?.Path ?? path]),
                PatternMiss.None);
    }

    /// <summary>True where the text, as a new line, would repeat the line after the caret.</summary>
    private bool FollowsAlready(string insert)
    {
        if (text.LineBefore.IsWhiteSpace())
        {
            var shown = new TokenScanner(insert);
            var next = new TokenScanner(text.After);
            while (shown.MoveNext())
            {
                if (!next.MoveNext() || !shown.Text.SequenceEqual(next.Text))
                {
                    return false;
                }
            }
            return true;
        }
        return false;
    }

    /// <summary>Collects the tokens that follow the context in the index and in the caret's file.</summary>
    public PatternVotes Gather(int step)
    {
        votes.Clear();
        var context = caret.Before;
        var position = context.Count;
        foreach (var segment in state.Segments)
        {
            foreach (var loose in (ReadOnlySpan<bool>)[false, true])
            {
                var walk = segment.Best(loose, context, position);
                var most = loose ? MaxLoose : MaxExact;
                while (most > 0 && walk.MoveNext() && walk.Length >= (loose ? MinLoose : MinExact))
                {
                    var file = segment.FileAt(walk.Position);
                    if (!file.Replaced && file.Path != path)
                    {
                        Add(loose ? PatternVotes.Loose : PatternVotes.Exact, segment.Tokens, walk.Position, walk.Length, file, step);
                        most--;
                    }
                }
            }
        }
        foreach (var file in state.Waiting)
        {
            if (!file.Replaced && file.Path != path)
            {
                Scan(file.Tokens, file.Start, file.End, file, PatternVotes.Exact, step);
            }
        }
        Scan(context, 1, position, null, PatternVotes.Own, step);
        Scan(caret.After, 1, caret.After.Count - 1, null, PatternVotes.Own, step);
        return votes;
    }

    /// <summary>Scans a short stretch of tokens for occurrences.</summary>
    private void Scan(TokenRun run, int start, int end, PatternFile? file, int jury, int step)
    {
        var context = caret.Before;
        var position = context.Count;
        var (exact, loose) = (context.Exact(position, 1), context.Loose(position, 1));
        var least = jury == PatternVotes.Own ? 1 : MinExact;
        for (var i = start + 1; i < end; i++)
        {
            if (run.Exact(i, 1) == exact && run.MatchLength(false, i, context, position) is var length && length >= least)
            {
                Add(jury, run, i, length, file, step);
            }
            if (run.Loose(i, 1) == loose && run.MatchLength(true, i, context, position) is var looseLength && looseLength >= MinLoose)
            {
                Add(PatternVotes.Loose, run, i, looseLength, file, step);
            }
        }
    }

    private void Add(int jury, TokenRun run, int position, int length, PatternFile? file, int step)
    {
        var token = run[position];
        if (token == 0)
        {
            return;
        }
        if (jury == PatternVotes.Loose)
        {
            token = Translate(run, position, length, token);
        }
        if (step == 0 && caret.Begun.Length > 0)
        {
            var name = words[Token.Number(token)].Text;
            if (name.Length <= caret.Begun.Length || !name.StartsWith(caret.Begun, StringComparison.Ordinal))
            {
                return;
            }
        }
        if (caret.LineEnded && !Token.NewLineBefore(token))
        {
            return;
        }
        var ends = Token.NewLineBefore(token) && !caret.AtLineStart;
        votes.Add(jury, ends ? PatternVotes.LineEnd : Token.Number(token), length, file, token, run, position);
    }

    /// <summary>
    /// The token that follows an occurrence, with the occurrence's name replaced by the name at the same place of the context.
    /// </summary>
    private int Translate(TokenRun run, int position, int length, int token)
    {
        var word = words[Token.Number(token)];
        if (word.Kind != TokenKind.Identifier)
        {
            return token;
        }
        var context = caret.Before;
        for (var distance = 1; distance <= Math.Min(length, MaxMapped); distance++)
        {
            if ((run[position - distance] & Token.Varies) != 0 && words[run.Number(position - distance)].Stem == word.Stem)
            {
                var here = words[context.Number(context.Count - distance)].Stem;
                return here == word.Stem ? token : token & ~Token.NumberMask | words.InStyle(here, word.Style);
            }
        }
        return token;
    }
}
