using System.Collections.Immutable;
using Assistant.Basics;

namespace Assistant.Patterns;

/// <summary>
/// An index of the solution's tokens and their continuations. One writer calls <see cref="Update"/>, <see cref="Remove"/> and
/// <see cref="Tidy"/>; any number of readers call <see cref="Suggest"/> at the same time, on an immutable state and without a lock.
/// </summary>
/// <remarks>
/// Changed files wait in a short list that each query scans. <see cref="Tidy"/> sorts them into segments and merges small segments into
/// larger ones, so the number of segments stays logarithmic. A merge drops replaced files.
/// </remarks>
public sealed class PatternIndex
{
    /// <summary>Waiting tokens that are sorted into a segment together; a query scans as many in about 20 µs.</summary>
    private const int SegmentTokens = 1 << 14;
    private const int SegmentsPerTier = 4;

    /// <summary>UTF-16 units; larger files hold data rather than patterns.</summary>
    private const int MaxFileLength = 1 << 20;

    private readonly Vocabulary words = new();
    private readonly Dictionary<string, PatternFile> files = new(StringComparer.Ordinal);
    private PatternState state = PatternState.Empty;

    /// <summary>Tokens in the index; those of replaced texts count until a merge drops them.</summary>
    public int TokenCount => state.Segments.Sum(segment => segment.Tokens.Count) + state.Waiting.Sum(file => file.Length);

    public int FileCount => files.Count;

    public int WordCount => words.Count;

    /// <summary>Indexes a file's text in place of its older one. Takes milliseconds.</summary>
    /// <param name="path">The name of the file, compared ordinally.</param>
    public void Update(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Remove(path);
        if (text.Length > MaxFileLength)
        {
            return;
        }
        var run = new TokenRun(text.Length / 5 + 16);
        run.Append(text, words, []);
        var end = run.Count;
        run.EndFile();
        run.Trim();
        var file = new PatternFile(path, run, 1, end);
        files[path] = file;
        Volatile.Write(ref state, state with { Waiting = state.Waiting.Add(file) });
    }

    public void Remove(string path)
    {
        if (files.Remove(path, out var old))
        {
            old.Replaced = true;
            Volatile.Write(ref state, state with { Waiting = state.Waiting.Remove(old) });
        }
    }

    /// <summary>
    /// Does one step of maintenance: sorts many waiting files (about 10 ms) or merges segments (up to seconds in a large solution). Call it
    /// on a background task until it returns false. Readers go on meanwhile.
    /// </summary>
    public bool Tidy()
    {
        var now = state;
        if (now.Waiting.Sum(file => file.Length) >= SegmentTokens)
        {
            Volatile.Write(ref state, new([.. now.Segments, Merge(now.Waiting)], []));
            return true;
        }
        var tier = now.Segments.GroupBy(segment => Tier(segment.Tokens.Count)).FirstOrDefault(group => group.Count() >= SegmentsPerTier);
        var merging = tier?.ToList()
            ?? now.Segments
                .Where(segment => segment.Files.Sum(file => file.Replaced ? file.Length : 0) > segment.Tokens.Count / 2)
                .ToList();
        if (merging.Count == 0)
        {
            return false;
        }
        var merged = Merge([.. merging.SelectMany(segment => segment.Files)]);
        Volatile.Write(ref state, now with { Segments = [.. now.Segments.Except(merging), merged] });
        return true;
    }

    /// <summary>The suggestion for a caret. The given text of the file counts instead of its text in the index.</summary>
    public PatternAnswer Suggest(string path, TextAround text, PatternRules rules) =>
        // The check comes before the query, which scans the whole file.
        ContinuationText.OnlyClosers(text.LineAfter) ? Query(path, text, rules).Answer() : PatternAnswer.Of(PatternMiss.CodeFollows);

    internal PatternQuery Query(string path, TextAround text, PatternRules rules) =>
        new(Volatile.Read(ref state), words, path, text, rules);

    internal Vocabulary Words => words;

    private static int Tier(int tokens) => (int)Math.Log((double)tokens / SegmentTokens + 1, SegmentsPerTier);

    private PatternSegment Merge(IReadOnlyList<PatternFile> old)
    {
        var segment = new PatternSegment([.. old.Where(file => !file.Replaced)]);
        foreach (var file in segment.Files)
        {
            files[file.Path] = file;
        }
        return segment;
    }
}

/// <summary>The readers' view of the index: sorted segments, and files that wait to be sorted.</summary>
internal sealed record PatternState(ImmutableArray<PatternSegment> Segments, ImmutableList<PatternFile> Waiting)
{
    public static PatternState Empty { get; } = new([], []);
}
