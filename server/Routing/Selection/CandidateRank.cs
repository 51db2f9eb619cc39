namespace Assistant.Routing.Selection;

/// <summary>
/// The rank of a model among the candidates for a request. Ranks compare key by key; the smaller rank is preferred.
/// </summary>
internal sealed record CandidateRank : IComparable<CandidateRank>
{
    // In order of weight; false is smaller than true.
    private static readonly Func<CandidateRank, IComparable>[] Keys =
    [
        rank => rank.NamedAndNotLoaded,
        rank => rank.NameDistance,
        rank => rank.InDoubt,
        rank => rank.ContextShortage,
        rank => rank.Preference,
        rank => rank.HolesByChatOnly,
        rank => rank.ToolCalls,
        rank => -rank.Billions,
        rank => rank.LeavesMachine,
        rank => rank.FailsOften,
        rank => rank.Slow,
        rank => -rank.KeptTenths,
        rank => !rank.HasRead,
        rank => rank.WouldWait,
        rank => -rank.Priority,
        rank => rank.Load,
    ];

    /// <summary>The user named the model, and the request would load it.</summary>
    public bool NamedAndNotLoaded { get; init; }

    /// <summary>The distance between its id and the user's name for it (<see cref="ModelChoice.Likeness"/>); 0 without a name.</summary>
    public int NameDistance { get; init; }

    /// <summary>After its last failure it is not certain that the model generates.</summary>
    public bool InDoubt { get; init; }

    /// <summary>0 if the prompt fits; else a smaller context gives a greater value.</summary>
    public double ContextShortage { get; init; }

    /// <summary>Its index in the user's list for the task; the list's length if the list lacks it.</summary>
    public int Preference { get; init; }

    /// <summary>For completions: the model has no FIM.</summary>
    public bool HolesByChatOnly { get; init; }

    /// <summary>For requests with tools: 0 native calls, 1 calls by a schema, 2 calls by the prompt.</summary>
    public int ToolCalls { get; init; }

    /// <summary>For chats: the number of parameters in its name, in thousand millions; a larger model gives better answers.</summary>
    public double Billions { get; init; }

    public bool LeavesMachine { get; init; }

    public bool FailsOften { get; init; }

    public bool Slow { get; init; }

    /// <summary>The share of its suggestions that the user kept, rounded to tenths, so that small differences do not decide.</summary>
    public double KeptTenths { get; init; }

    /// <summary>A slot of the model holds the document's prompt.</summary>
    public bool HasRead { get; init; }

    public bool WouldWait { get; init; }

    /// <summary>The priority of its endpoint in the settings.</summary>
    public int Priority { get; init; }

    /// <summary>The number of its running and waiting requests.</summary>
    public int Load { get; init; }

    public int CompareTo(CandidateRank? other) =>
        other is null ? -1 : Keys.Select(key => key(this).CompareTo(key(other))).FirstOrDefault(order => order != 0);
}
