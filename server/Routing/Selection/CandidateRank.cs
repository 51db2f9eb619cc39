namespace Assistant.Routing.Selection;

/// <summary>
/// The place of a model among those that can do a request: its keys are compared one after another, and the smaller goes first.
/// </summary>
internal sealed record CandidateRank : IComparable<CandidateRank>
{
    // In this order; false goes before true.
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

    /// <summary>The user named it, and its use would load it.</summary>
    public bool NamedAndNotLoaded { get; init; }

    /// <summary>How far its id is from the name that the user gave; 0 where the user named none.</summary>
    public int NameDistance { get; init; }

    /// <summary>Its last failure leaves in doubt whether it generates.</summary>
    public bool InDoubt { get; init; }

    /// <summary>0 where the prompt fits; else the greater, the smaller the context.</summary>
    public double ContextShortage { get; init; }

    /// <summary>Its index in the user's list for the task; the list's length where it is not in it.</summary>
    public int Preference { get; init; }

    /// <summary>For completions: it has no FIM.</summary>
    public bool HolesByChatOnly { get; init; }

    /// <summary>For requests with tools: 0 by itself, 1 led by a schema, 2 led by the prompt.</summary>
    public int ToolCalls { get; init; }

    /// <summary>For chats: the parameters that its name speaks of, in thousand millions; a larger model talks better.</summary>
    public double Billions { get; init; }

    public bool LeavesMachine { get; init; }

    public bool FailsOften { get; init; }

    public bool Slow { get; init; }

    /// <summary>The share of its suggestions that were kept, in tenths, so that chance decides nothing.</summary>
    public double KeptTenths { get; init; }

    /// <summary>It has read the document last.</summary>
    public bool HasRead { get; init; }

    public bool WouldWait { get; init; }

    /// <summary>Of its endpoint, by the settings.</summary>
    public int Priority { get; init; }

    /// <summary>Requests that run or wait there.</summary>
    public int Load { get; init; }

    public int CompareTo(CandidateRank? other) =>
        other is null ? -1 : Keys.Select(key => key(this).CompareTo(key(other))).FirstOrDefault(order => order != 0);
}
