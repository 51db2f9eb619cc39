namespace Assistant.Patterns;

/// <summary>
/// The tokens of some files with two orders over all positions, exact and loose: the positions are sorted by the tokens before them, read
/// backwards (suffix arrays of the reversed text). Positions with the longest common context are neighbours, so one binary search and a
/// walk to both sides find the best matches for any context. Immutable.
/// </summary>
internal sealed class PatternSegment
{
    private const int KeySymbols = 3;
    private const int SymbolBits = 21;
    private const int SmallRun = 12;

    private readonly int[] exactOrder;
    private readonly int[] looseOrder;
    private readonly int[] starts;

    public PatternSegment(IReadOnlyList<PatternFile> files)
    {
        Files = files;
        var run = new TokenRun(files.Sum(file => file.Tokens.Count));
        starts = new int[files.Count];
        for (var i = 0; i < files.Count; i++)
        {
            starts[i] = run.Count;
            run.Append(files[i].Tokens, files[i].Start, files[i].End);
            run.EndFile();
        }
        run.Trim();
        Tokens = run;
        Files = [.. files.Select((file, i) => new PatternFile(file.Path, run, starts[i], starts[i] + file.Length))];
        exactOrder = Sort(run, loose: false);
        looseOrder = Sort(run, loose: true);
    }

    public TokenRun Tokens { get; }

    public IReadOnlyList<PatternFile> Files { get; }

    public PatternFile FileAt(int position)
    {
        var index = Array.BinarySearch(starts, position);
        return Files[index < 0 ? ~index - 1 : index];
    }

    /// <summary>Positions by falling length of their match with the context before a position of another run.</summary>
    public Walk Best(bool loose, TokenRun context, int position) => new(this, loose, context, position);

    /// <summary>Walks away from the context's place in the order, each time to the side with the longer match.</summary>
    public struct Walk
    {
        private readonly PatternSegment segment;
        private readonly bool loose;
        private readonly TokenRun context;
        private readonly int position;
        private int below;
        private int above;
        private int belowLength;
        private int aboveLength;

        public Walk(PatternSegment segment, bool loose, TokenRun context, int position)
        {
            (this.segment, this.loose, this.context, this.position) = (segment, loose, context, position);
            var order = loose ? segment.looseOrder : segment.exactOrder;
            int low = 0, high = order.Length;
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (Compare(segment.Tokens, loose, order[middle], context, position) < 0)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }
            below = low - 1;
            above = low;
            belowLength = LengthAt(below);
            aboveLength = LengthAt(above);
        }

        public int Position { get; private set; }

        public int Length { get; private set; }

        public bool MoveNext()
        {
            var order = loose ? segment.looseOrder : segment.exactOrder;
            if (aboveLength >= belowLength)
            {
                Length = aboveLength;
                Position = above < order.Length ? order[above] : 0;
                aboveLength = LengthAt(++above);
            }
            else
            {
                Length = belowLength;
                Position = order[below];
                belowLength = LengthAt(--below);
            }
            return Length > 0;
        }

        private readonly int LengthAt(int index)
        {
            var order = loose ? segment.looseOrder : segment.exactOrder;
            return (uint)index < (uint)order.Length ? segment.Tokens.MatchLength(loose, order[index], context, position) : 0;
        }
    }

    private static int Compare(TokenRun a, bool loose, int i, TokenRun b, int j, int known = 0)
    {
        for (var distance = known + 1; distance <= TokenRun.MaxMatch; distance++)
        {
            var (x, y) = (a.Read(loose, i, distance), b.Read(loose, j, distance));
            if (x != y)
            {
                return x < y ? -1 : 1;
            }
            if (x == 0)
            {
                return 0;
            }
        }
        return 0;
    }

    private static int[] Sort(TokenRun run, bool loose)
    {
        var order = new int[run.Count - 1];
        var filled = 0;
        for (var i = 1; i < run.Count; i++)
        {
            // A position is the index of the next token; a file's end has none.
            if (run[i] != 0)
            {
                order[filled++] = i;
            }
        }
        Array.Resize(ref order, filled);
        Sort(run, loose, order, new ulong[filled], 0, filled, 0);
        return order;
    }

    /// <summary>
    /// Sorts a range whose first symbols are equal: by keys of three packed symbols, then each run of equal keys by the next three.
    /// </summary>
    private static void Sort(TokenRun run, bool loose, int[] order, ulong[] keys, int from, int to, int depth)
    {
        if (depth >= TokenRun.MaxMatch)
        {
            return;
        }
        if (to - from <= SmallRun)
        {
            for (var i = from + 1; i < to; i++)
            {
                var moved = order[i];
                var j = i - 1;
                while (j >= from && Compare(run, loose, order[j], run, moved, depth) > 0)
                {
                    order[j + 1] = order[j--];
                }
                order[j + 1] = moved;
            }
            return;
        }
        for (var i = from; i < to; i++)
        {
            keys[i] = Key(run, loose, order[i], depth);
        }
        Array.Sort(keys, order, from, to - from);
        for (var start = from; start < to;)
        {
            var end = start + 1;
            while (end < to && keys[end] == keys[start])
            {
                end++;
            }
            // A last symbol of 0 is a file's start: no more symbols to compare.
            if (end - start > 1 && (keys[start] & Token.NumberMask) != 0)
            {
                Sort(run, loose, order, keys, start, end, depth + KeySymbols);
            }
            start = end;
        }
    }

    private static ulong Key(TokenRun run, bool loose, int position, int depth)
    {
        ulong key = 0;
        for (var symbol = 1; symbol <= KeySymbols; symbol++)
        {
            var value = run.Read(loose, position, depth + symbol);
            key |= (ulong)value << SymbolBits * (KeySymbols - symbol);
            if (value == 0)
            {
                break;
            }
        }
        return key;
    }
}
