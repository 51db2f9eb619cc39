using Assistant.Families;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;

namespace Assistant.Routing.Selection;

/// <summary>The reason why a model cannot be used for a request.</summary>
internal enum CandidateRefusal
{
    /// <summary>The user named another model.</summary>
    OtherModel,

    /// <summary>The task needs vectors.</summary>
    NoVectors,
    VectorsOnly,
    NeitherHolesNorInstructions,

    /// <summary>The model always reasons before its answer, which takes too long for a completion.</summary>
    ThinksAtEveryKey,
    NoInstructions,
    Loading,
    NotLoaded,

    /// <summary>The endpoint is not on this machine, and <c>privacy.allowRemote</c> does not name it.</summary>
    RemoteNotAllowed,

    /// <summary>The model has failed for this request.</summary>
    FailedAlready,
}

internal static class CandidateRefusals
{
    /// <summary>A sentence for the user, without its subject, the model.</summary>
    /// <param name="named">The model that the user named.</param>
    public static string Sentence(this CandidateRefusal refusal, ModelRoute route, string? named) => refusal switch
    {
        CandidateRefusal.OtherModel => $"is not {named}",
        CandidateRefusal.NoVectors => "makes no vectors",
        CandidateRefusal.VectorsOnly => "makes vectors only",
        CandidateRefusal.NeitherHolesNorInstructions => "neither fills holes nor follows instructions",
        CandidateRefusal.ThinksAtEveryKey => "would think about every key",
        CandidateRefusal.NoInstructions => "does not follow instructions",
        CandidateRefusal.Loading => "is being loaded",
        CandidateRefusal.NotLoaded => "not loaded",
        CandidateRefusal.RemoteNotAllowed => $"is not on this machine, and privacy.allowRemote does not name {route.Endpoint.Name}",
        CandidateRefusal.FailedAlready => "has failed at this request",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal)),
    };

    /// <summary>The ability that the task needs and the model lacks; null if the model can do the task.</summary>
    public static CandidateRefusal? CannotDo(CatalogModel model, ModelTask task) => task switch
    {
        ModelTask.Embed => model.Abilities.HasFlag(ModelAbilities.Embeddings) ? null : CandidateRefusal.NoVectors,
        _ when model.Embedding => CandidateRefusal.VectorsOnly,
        ModelTask.Completion or ModelTask.NextEdit =>
            model.Family.Fim is not null ? null
            : !model.Family.Chat ? CandidateRefusal.NeitherHolesNorInstructions
            : model.Family.Reasoning == Reasoning.Always ? CandidateRefusal.ThinksAtEveryKey
            : null,
        _ => model.Abilities.HasFlag(ModelAbilities.Chat) ? null : CandidateRefusal.NoInstructions,
    };

    /// <summary>The reason against the model; null if it can be used.</summary>
    /// <param name="named">The model that the user named; a request may load it.</param>
    public static CandidateRefusal? Of(ModelRoute route, CatalogModel model, RouteRequest request, string? named)
    {
        if (named is not null && ModelChoice.Likeness(model.Id, named) is null)
        {
            return CandidateRefusal.OtherModel;
        }
        if (CannotDo(model, request.Task) is { } lack && (named is null || model.Embedding || request.Task == ModelTask.Embed))
        {
            return lack;
        }
        if (named is null && !model.Loaded)
        {
            return model.Loading ? CandidateRefusal.Loading : CandidateRefusal.NotLoaded;
        }
        return !route.Endpoint.MayBeSentCode ? CandidateRefusal.RemoteNotAllowed
            : request.Except?.Any(failed => failed.IsSamePlace(route)) == true ? CandidateRefusal.FailedAlready
            : null;
    }
}
