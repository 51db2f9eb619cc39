using System.Collections.Immutable;
using Assistant.Basics;

namespace Assistant.Patterns;

/// <summary>
/// The solution's own text as an index of what follows what. One writer calls <see cref="Update"/>, <see cref="Remove"/> and
/// <see cref="Tidy"/>; any number of readers call <see cref="Suggest"/> at the same time, on an immutable state and without a lock.
/// </summary>
/// <remarks>
/// Changed files wait in a short list that is read through in full; <see cref="Tidy"/> sorts them into segments and merges small segments
/// into larger ones, so the number of segments stays logarithmic. Replaced files leave with a merge.
/// </remarks>
public sealed class PatternIndex
{
    /// <summary>So many waiting tokens are sorted into a segment; reading through them takes about 20 µs.</summary>
    private const int SegmentTokens = 1 << 14;
    private const int SegmentsPerTier = 4;

    /// <summary>Larger files are not patterns but data.</summary>
    private const int LargestFile = 1 << 20;

    private readonly Vocabulary words = new();
    private readonly Dictionary<string, PatternFile> files = new(StringComparer.Ordinal);
    private PatternState state = PatternState.Empty;

    /// <summary>Tokens in the index; those of replaced texts count until they are merged away.</summary>
    public int TokenCount => state.Segments.Sum(segment => segment.Tokens.Count) + state.Waiting.Sum(file => file.Length);

    public int FileCount => files.Count;

    public int WordCount => words.Count;

    /// <summary>Takes a file's text in, or its newer text in place of the older. Milliseconds.</summary>
    /// <param name="path">Names the file; compared ordinally.</param>
    public void Update(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Remove(path);
        if (text.Length > LargestFile)
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
    /// Does one step of upkeep: sorts the waiting files if they are many (about 10 ms), or merges segments (up to seconds in a large
    /// solution). Call it again while it returns true, where nobody waits: readers go on meanwhile.
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
            ?? now.Segments.Where(segment => segment.Files.Sum(file => file.Replaced ? file.Length : 0) > segment.Tokens.Count / 2).ToList();
        if (merging.Count == 0)
        {
            return false;
        }
        var merged = Merge([.. merging.SelectMany(segment => segment.Files)]);
        Volatile.Write(ref state, now with { Segments = [.. now.Segments.Except(merging), merged] });
        return true;
    }

    /// <summary>What the solution's own text suggests at a caret. The file's text in the index does not count, the one that is given does.</summary>
    public PatternAnswer Suggest(string path, TextAround text, PatternRules rules) =>
        // Before the query, which reads the whole file.
        ContinuationText.OnlyClosers(text.LineAfter) ? Query(path, text, rules).Answer() : PatternAnswer.Of(PatternMiss.CodeFollows);

    internal PatternQuery Query(string path, TextAround text, PatternRules rules) => new(Volatile.Read(ref state), words, path, text, rules);

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

/// <summary>What readers see: sorted segments, and files that wait to be sorted.</summary>
internal sealed record PatternState(ImmutableArray<PatternSegment> Segments, ImmutableList<PatternFile> Waiting)
{
    public static PatternState Empty { get; } = new([], []);
}
