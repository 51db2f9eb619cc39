using Assistant.Basics;

namespace Assistant.Patterns;

/// <summary>One question to the index: gathers the occurrences of the caret's context, lets them vote on each next token, and goes on while the vote is sure.</summary>
internal sealed class PatternQuery(PatternState state, Vocabulary words, string path, TextAround text, PatternRules rules)
{
    private const int MostExact = 160;
    private const int MostLoose = 80;
    private const int MostTokens = 24;
    private const int LeastExact = 2;
    private const int LeastLoose = 4;
    private const int MostMapped = 32;

    private readonly CaretContext caret = new(words, text);
    private readonly PatternVotes votes = new();
    private readonly Dictionary<int, int> mapping = [];

    public CaretContext Caret => caret;

    public PatternAnswer Answer()
    {
        if (caret.Unfinished)
        {
            return PatternAnswer.Of(PatternMiss.InTextOrComment);
        }
        if (!ContinuationText.OnlyClosers(text.LineAfter))
        {
            return PatternAnswer.Of(PatternMiss.CodeFollows);
        }
        var least = rules.LeastConfidence ?? (caret.AtLineStart ? PatternModel.LineStartConfidence : PatternModel.ExpressionConfidence);
        var continuation = new ContinuationText(words, caret, text);
        var confidence = 1.0;
        var shown = 1.0;
        Vote? first = null;
        var miss = PatternMiss.NotSeen;
        for (var step = 0; step < MostTokens; step++)
        {
            Gather(step);
            var (best, probability) = PatternModel.Best(votes, words, caret, step);
            if (best is null)
            {
                break;
            }
            miss = PatternMiss.NoAgreement;
            confidence *= probability;
            if (confidence < least || best.Key == PatternVotes.LineEnd)
            {
                break;
            }
            first ??= best;
            shown = confidence;
            continuation.Append(best.Token);
            caret.Continue(best.Token);
        }
        if (first is null)
        {
            return PatternAnswer.Of(miss);
        }
        var (insert, replaceAfter) = continuation.Finish();
        return insert.Length == 0
            ? PatternAnswer.Of(PatternMiss.NothingToAdd)
            : new(new(insert, replaceAfter, shown, first.SourceLength, [first.Source?.Path ?? path]), PatternMiss.None);
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
        var ends = Token.NewLineBefore(token) && !(step == 0 && caret.AtLineStart);
        votes.Add(jury, ends ? PatternVotes.LineEnd : Token.Number(token), length, file, token);
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
