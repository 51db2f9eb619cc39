namespace Assistant.Patterns;

/// <summary>
/// The votes of a context's occurrences on the next token, by three juries: exact matches in other files, exact matches in the caret's
/// file, and loose matches in all files.
/// </summary>
internal sealed class PatternVotes
{
    /// <summary>The key of a vote for the line's end.</summary>
    public const int LineEnd = 0;

    public const int Exact = 0;
    public const int Own = 1;
    public const int Loose = 2;
    public const int Juries = 3;

    /// <summary>The factor of an occurrence's weight for each token of its match.</summary>
    private const double WeightPerToken = 1.6;
    private static readonly double[] Weights =
        [.. Enumerable.Range(0, TokenRun.MaxMatch + 1).Select(length => Math.Pow(WeightPerToken, length))];

    private readonly Dictionary<int, Vote> votes = [];

    public IReadOnlyDictionary<int, Vote> All => votes;

    /// <summary>Sum of weights, longest match, and number of occurrences of each jury.</summary>
    public double[] Total { get; } = new double[Juries];
    public int[] Longest { get; } = new int[Juries];
    public int[] Count { get; } = new int[Juries];

    public void Clear()
    {
        votes.Clear();
        Array.Clear(Total);
        Array.Clear(Longest);
        Array.Clear(Count);
    }

    public void Add(int jury, int key, int length, PatternFile? file, int token, TokenRun run, int position)
    {
        if (!votes.TryGetValue(key, out var vote))
        {
            var indentStep = Token.NewLineBefore(token) ? Token.Indent(token) - Token.Indent(run[run.LineStart(position - 1)]) : 0;
            votes[key] = vote = new Vote(key, token, indentStep);
        }
        var weight = Weights[length];
        Total[jury] += weight;
        Longest[jury] = Math.Max(Longest[jury], length);
        Count[jury]++;
        vote.Add(jury, weight, length, file);
    }
}

/// <summary>The votes for one token.</summary>
/// <param name="key">The word's number with its line break flag, or <see cref="PatternVotes.LineEnd"/>.</param>
/// <param name="token">The token of the first occurrence, for its spacing.</param>
/// <param name="indentStep">Columns by which the token is indented beyond the line before it; 0 for a token that starts no line.</param>
internal sealed class Vote(int key, int token, int indentStep)
{
    private PatternFile? lastFile;

    public int Key => key;
    public int Token => token;
    public int IndentStep => indentStep;
    public double[] Weight { get; } = new double[PatternVotes.Juries];
    public int[] Longest { get; } = new int[PatternVotes.Juries];
    public int[] Count { get; } = new int[PatternVotes.Juries];

    /// <summary>Runs of occurrences in one file, which is about the number of files.</summary>
    public int Files { get; private set; }

    /// <summary>The file of the longest match; null for the caret's own file.</summary>
    public PatternFile? Source { get; private set; }
    public int SourceLength { get; private set; }

    public void Add(int jury, double weight, int length, PatternFile? file)
    {
        Weight[jury] += weight;
        Longest[jury] = Math.Max(Longest[jury], length);
        Count[jury]++;
        if (!ReferenceEquals(file, lastFile) || Files == 0)
        {
            Files++;
            lastFile = file;
        }
        if (length > SourceLength)
        {
            SourceLength = length;
            Source = file;
        }
    }
}
