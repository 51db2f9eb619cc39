using Assistant.Basics;
using Assistant.Evaluation;
using Assistant.Patterns;

namespace Assistant.Benchmarks;

/// <summary>
/// Writes server/Patterns/PatternWeights.cs:
/// <c>dotnet run -c Release --project tests/Assistant.Benchmarks -- patterns-train server/Patterns/PatternWeights.cs DIR...</c>.
/// The training reads the true text after many places of each checkout, token by token. Each candidate of each vote is a sample: its
/// features, and whether it is the true token. Never train on the checkouts that docs/patterns.md reports on.
/// </summary>
internal static class PatternsTraining
{
    private const int PositionsPerKind = 1000;
    private const int Lines = 6;
    private const int MaxSteps = 40;
    private const int WeightsPerLine = 15;

    public static int Run(string[] arguments)
    {
        if (arguments is not [var target, .. { Length: > 0 } folders])
        {
            Console.Error.WriteLine("usage: patterns-train FILE DIR...");
            return 2;
        }
        var samples = Enumerable.Range(0, PatternModel.Places).Select(_ => new List<LogisticFit.Sample>()).ToArray();
        foreach (var folder in folders)
        {
            Collect(Path.GetFullPath(folder), samples);
            Console.Error.WriteLine($"{folder}: {samples.Sum(place => place.Count)} samples");
        }
        var rows = samples.Select(place => LogisticFit.Fit(place, PatternModel.Features, Console.Error));
        File.WriteAllText(target, $$"""
            namespace Assistant.Patterns;

            /// <summary>
            /// The weights of PatternsTraining: a row for each <see cref="Place"/>, in the order of <see cref="Describe"/>.
            /// </summary>
            internal static partial class PatternModel
            {
                private static readonly double[][] Weights =
                [
            {{string.Join('\n', rows.Select(Row))}}
                ];
            }

            """);
        return 0;
    }

    private static string Row(double[] weights)
    {
        var lines = weights.Select(weight => weight.ToString("0.###")).Chunk(WeightsPerLine).Select(line => string.Join(", ", line));
        return $"        [\n            {string.Join(",\n            ", lines)},\n        ],";
    }

    private static void Collect(string folder, List<LogisticFit.Sample>[] samples)
    {
        var texts = PatternsEvaluation.Sources(folder).ToDictionary(file => file.Path, file => file.Text);
        var index = new PatternIndex();
        foreach (var (path, text) in texts)
        {
            index.Update(path, text);
            while (index.Tidy())
            {
            }
        }
        var places = texts.SelectMany(file => PatternsPlaces.Of(file.Key, file.Value)).ToLookup(place => place.Kind == PlaceKind.LineStart);
        foreach (var place in places.SelectMany(kind => PatternsEvaluation.Spread(kind.ToList(), PositionsPerKind)))
        {
            Walk(index, place, texts[place.Path], 1, samples);
            Walk(index, place, texts[place.Path], Lines, samples);
        }
    }

    /// <summary>
    /// Reads the true text. A single line gives the samples of all places except the first token of a later line, which needs several
    /// lines.
    /// </summary>
    private static void Walk(PatternIndex index, Place place, string text, int lines, List<LogisticFit.Sample>[] samples)
    {
        var end = PatternsEvaluation.Masked(text, place.LineEnd, lines - 1);
        var query = index.Query(place.Path, new TextAround(text[..place.Offset], text[end..]), new PatternRules(lines > 1, lines));
        var truth = Tokens(text[place.Offset..end]);
        var at = 0;
        for (var step = 0; step < MaxSteps && !query.Caret.Unfinished; step++)
        {
            var votes = query.Gather(step);
            var kind = PatternModel.Place(query.Caret, step);
            var lineEnds = at >= truth.Count || (truth[at].StartsLine && !query.Caret.AtLineStart);
            Vote? right = null;
            foreach (var vote in PatternModel.Candidates(votes, index.Words))
            {
                var isRight = vote.Key == PatternVotes.LineEnd ? lineEnds : !lineEnds && vote.Key != Vocabulary.Opaque
                    && index.Words[vote.Key].Text == truth[at].Text;
                right = isRight ? vote : right;
                if (lines == 1 || kind == PatternModel.LaterLine)
                {
                    var features = new double[PatternModel.Features];
                    PatternModel.Describe(votes, vote, index.Words, query.Caret, step, features);
                    samples[kind].Add(new(features, isRight));
                }
            }
            if (right is null || at >= truth.Count)
            {
                return;
            }
            if (right.Key == PatternVotes.LineEnd)
            {
                query.Caret.EndLine();
            }
            else
            {
                query.Caret.Continue(right.Token, right.IndentStep);
                at++;
            }
        }
    }

    private static List<(string Text, bool StartsLine)> Tokens(string text)
    {
        var tokens = new List<(string, bool)>();
        var scanner = new TokenScanner(text);
        while (scanner.MoveNext())
        {
            tokens.Add((scanner.Text.ToString(), scanner.NewLineBefore && tokens.Count > 0));
        }
        return tokens;
    }
}
