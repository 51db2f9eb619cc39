using Assistant.Basics;

namespace Assistant.Patterns;

/// <summary>One question to the index: gathers the occurrences of the caret's context, lets them vote on each next token, and goes on while the vote is sure.</summary>
internal sealed class PatternQuery(PatternState state, Vocabulary words, string path, TextAround text, PatternRules rules)
{
    private const int MostExact = 160;
    private const int MostLoose = 80;
    private const int MostTokens = 24;
    private const int MostTokensOfLines = 60;
    private const int LeastExact = 2;
    private const int LeastLoose = 4;
    private const int MostMapped = 32;

    private readonly CaretContext caret = new(words, text);
    private readonly PatternVotes votes = new();

    public CaretContext Caret => caret;

    public PatternAnswer Answer()
    {
        if (caret.Unfinished)
        {
            return PatternAnswer.Of(PatternMiss.InTextOrComment);
        }
        var least = rules.LeastConfidence ?? PatternModel.LeastConfidence;
        var continuation = new ContinuationText(words, caret, text);
        var confidence = 1.0;
        var shown = 1.0;
        Vote? first = null;
        var miss = PatternMiss.NotSeen;
        for (var step = 0; step < (rules.MultiLine ? MostTokensOfLines : MostTokens); step++)
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
                // The block was opened before the caret; who opened it, or the editor, closes it.
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
        return continuation.Finish(shown) is not { } finished || StandsThereAlready(finished.Text)
            ? PatternAnswer.Of(PatternMiss.NothingToAdd)
            : new(new(finished.Text, finished.ReplaceAfter, finished.Confidence, first.SourceLength, [first.Source?.Path ?? path]), PatternMiss.None);
    }

    /// <summary>What would be put in as a new line is what the next line says.</summary>
    private bool StandsThereAlready(string insert)
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

    /// <summary>Asks the index and the own file what follows the context as it stands now.</summary>
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
                var most = loose ? MostLoose : MostExact;
                while (most > 0 && walk.MoveNext() && walk.Length >= (loose ? LeastLoose : LeastExact))
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

    /// <summary>Reads a short stretch of tokens through for occurrences.</summary>
    private void Scan(TokenRun run, int start, int end, PatternFile? file, int jury, int step)
    {
        var context = caret.Before;
        var position = context.Count;
        var (exact, loose) = (context.Exact(position, 1), context.Loose(position, 1));
        var least = jury == PatternVotes.Own ? 1 : LeastExact;
        for (var i = start + 1; i < end; i++)
        {
            if (run.Exact(i, 1) == exact && run.MatchLength(false, i, context, position) is var length && length >= least)
            {
                Add(jury, run, i, length, file, step);
            }
            if (run.Loose(i, 1) == loose && run.MatchLength(true, i, context, position) is var looseLength && looseLength >= LeastLoose)
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

    /// <summary>The token that follows there, in this place's names: what stood there for a name stands here for the name in the same place of the pattern.</summary>
    private int Translate(TokenRun run, int position, int length, int token)
    {
        var word = words[Token.Number(token)];
        if (word.Kind != TokenKind.Identifier)
        {
            return token;
        }
        var context = caret.Before;
        for (var distance = 1; distance <= Math.Min(length, MostMapped); distance++)
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
