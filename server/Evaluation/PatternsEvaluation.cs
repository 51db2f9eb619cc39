using Assistant.Basics;
using Assistant.Patterns;
using Assistant.Workspace.Files;

namespace Assistant.Evaluation;

/// <param name="MostPositions">
/// The largest number of tested places of the expression kinds, and of line starts; evenly spread over all places.
/// </param>
/// <param name="Forward">True: the file ends at the caret's line, as if it were typed from the top.</param>
/// <param name="Lines">The largest number of lines of a suggestion; as many are masked, from the caret on.</param>
/// <param name="Typed">The number of letters of the first name that are typed already; only places with a longer name are tested.</param>
/// <param name="LeastConfidence">Overrides the thresholds.</param>
public sealed record PatternsEvaluationRules(
    int MostPositions = 3000, bool Forward = false, int Lines = 1, int Typed = 0, double? LeastConfidence = null);

/// <summary>
/// Measures Patterns on a workspace. The index contains every C# file of the folder except generated ones.
/// A place is a caret with code after it on its line: directly after `=`, `(`, `.`, `return` or `new` (and the space that follows), or
/// at the first token of a line with more than brackets. The rest of the caret's line is the expected text; it is cut out of the file, and
/// the text before and after it stays. The index uses the cut text instead of the file's own, so the expected text is visible only
/// where the solution repeats it.
/// A suggestion is right if its C# tokens, without comments, are the first tokens of the expected text.
/// </summary>
public static class PatternsEvaluation
{
    private const int Updates = 200;
    private const int HeaderLength = 1000;

    public static PatternsReport Run(string folder, PatternsEvaluationRules rules, TimeProvider clock, CancellationToken token)
    {
        var texts = Sources(folder).ToList();
        var places = texts.SelectMany(file => PatternsPlaces.Of(file.Path, file.Text))
            .Where(place => rules.Typed == 0 || place.NameLength > rules.Typed).ToList();
        var asked = Spread(places.Where(place => place.Kind != PlaceKind.LineStart).ToList(), rules.MostPositions)
            .Concat(Spread(places.Where(place => place.Kind == PlaceKind.LineStart).ToList(), rules.MostPositions)).ToList();
        places = [];

        var memory = Held();
        var cpu = Environment.CpuUsage.TotalTime;
        var started = clock.GetTimestamp();
        var index = new PatternIndex();
        foreach (var (path, text) in texts)
        {
            token.ThrowIfCancellationRequested();
            index.Update(path, text);
            while (index.Tidy())
            {
            }
        }
        var build = clock.GetElapsedTime(started).TotalMilliseconds;
        var buildCpu = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds;
        var megabytes = (Held() - memory) / 1e6;

        var tokens = index.TokenCount;
        var byPath = texts.ToDictionary(file => file.Path, file => file.Text);
        var answers = new List<Outcome>();
        foreach (var place in asked)
        {
            token.ThrowIfCancellationRequested();
            answers.Add(Ask(index, place, byPath[place.Path], rules, clock));
        }
        var updates = Spread(texts, Updates).Select(file =>
        {
            var begin = clock.GetTimestamp();
            index.Update(file.Path, file.Text);
            return clock.GetElapsedTime(begin).TotalMilliseconds;
        }).Order().ToList();
        var times = answers.Select(answer => answer.Milliseconds).Order().ToList();
        var cpuTimes = answers.Select(answer => answer.Cpu).Order().ToList();
        return new(folder, index.FileCount, tokens, build, buildCpu, megabytes, At(updates, 0.95),
            At(times, 0.5), At(times, 0.95), At(times, 1), At(cpuTimes, 0.5), At(cpuTimes, 0.95),
            [
                Group("expressions", [.. answers.Where(answer => answer.Kind != PlaceKind.LineStart)]),
                Group("several lines", answers, outcome => outcome.Lines > 1),
                .. Enum.GetValues<PlaceKind>().Select(kind => Group(kind.ToString(), [.. answers.Where(answer => answer.Kind == kind)])),
            ]);
    }

    /// <summary>Managed bytes after a full collection; GC.GetTotalMemory(true) may return before one is complete.</summary>
    private static long Held()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: false);
    }

    private readonly record struct Outcome(
        PlaceKind Kind,
        double Milliseconds,
        double Cpu,
        bool Shown,
        bool Right,
        bool Whole,
        int Lines,
        int Tokens,
        int Characters,
        double Confidence);

    private static Outcome Ask(PatternIndex index, Place place, string text, PatternsEvaluationRules rules, TimeProvider clock)
    {
        var caret = place.Offset + rules.Typed;
        var end = Masked(text, place.LineEnd, rules.Lines - 1);
        var around = new TextAround(text[..caret], rules.Forward ? "" : text[end..]);
        var cpu = Environment.CpuUsage.TotalTime;
        var started = clock.GetTimestamp();
        var answer = index.Suggest(place.Path, around, new PatternRules(rules.Lines > 1, rules.Lines, rules.LeastConfidence));
        var milliseconds = clock.GetElapsedTime(started).TotalMilliseconds;
        var cpuMilliseconds = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds;
        if (answer.Suggestion is not { } suggestion)
        {
            return new(place.Kind, milliseconds, cpuMilliseconds, false, false, false, 0, 0, 0, 0);
        }
        var (right, whole, tokens) = Compare(text[place.Offset..caret] + suggestion.Text, text.AsSpan(place.Offset, end - place.Offset));
        var lines = suggestion.Text.AsSpan().Count('\n') + 1;
        return new(
            place.Kind, milliseconds, cpuMilliseconds, true, right, right && whole, lines, tokens,
            suggestion.Text.Length, suggestion.Confidence);
    }

    /// <summary>The end of the last masked line, which is <paramref name="more"/> lines after the caret's.</summary>
    internal static int Masked(string text, int lineEnd, int more)
    {
        for (; more > 0 && text.IndexOf('\n', lineEnd) is var next and >= 0; more--)
        {
            lineEnd = text.AsSpan(next + 1).IndexOfAny('\r', '\n') is var length and >= 0 ? next + 1 + length : text.Length;
        }
        return lineEnd;
    }

    /// <summary>Compares C# tokens: whether the shown ones begin the expected text, whether they are all of it, and their number.</summary>
    internal static (bool Right, bool Whole, int Tokens) Compare(ReadOnlySpan<char> shown, ReadOnlySpan<char> truth)
    {
        var left = new TokenScanner(shown);
        var right = new TokenScanner(truth);
        var tokens = 0;
        var same = true;
        while (left.MoveNext())
        {
            tokens++;
            same = same && right.MoveNext() && left.Text.SequenceEqual(right.Text);
        }
        return (same, !right.MoveNext(), tokens);
    }

    private static PatternsGroup Group(string name, IReadOnlyList<Outcome> answers, Func<Outcome, bool>? counts = null)
    {
        var shown = answers.Where(counts ?? (answer => answer.Shown)).ToList();
        double Share(int part, int of) => of == 0 ? 0 : (double)part / of;
        return new(name, answers.Count, Share(shown.Count, answers.Count), Share(shown.Count(answer => answer.Right), shown.Count),
            Share(shown.Count(answer => answer.Whole), shown.Count), shown.Count == 0 ? 0 : shown.Average(answer => answer.Tokens),
            shown.Count == 0 ? 0 : shown.Average(answer => answer.Characters),
            shown.Count == 0 ? 0 : shown.Average(answer => answer.Confidence));
    }

    private static double At(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[(int)(share * (sorted.Count - 1))];

    /// <summary>At most <paramref name="most"/> elements of a list, evenly spread.</summary>
    internal static IEnumerable<T> Spread<T>(IReadOnlyList<T> all, int most) =>
        all.Count <= most ? all : Enumerable.Range(0, most).Select(i => all[(int)((i + 0.5) * all.Count / most)]);

    /// <summary>The C# files of a folder without generated ones, ordered by path.</summary>
    internal static IEnumerable<(string Path, string Text)> Sources(string folder) => SourceFiles.In(folder)
        .Order(StringComparer.Ordinal)
        .Select(path => (Path: path, Text: PlainFile.ReadText(path)))
        .Where(file => !file.Text.AsSpan(0, Math.Min(file.Text.Length, HeaderLength))
            .Contains("<auto-generated", StringComparison.Ordinal));
}
