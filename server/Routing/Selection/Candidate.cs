using System.Globalization;
using System.Text.RegularExpressions;
using Assistant.Families;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Routing.Scheduling;
using Assistant.Usage;

namespace Assistant.Routing.Selection;

/// <summary>One model at one endpoint, judged for one request.</summary>
/// <param name="Refusal">The reason against the model; null if it can be used.</param>
/// <param name="Rank">The model's rank; null if it cannot be used.</param>
/// <param name="Reasons">A line for the user: the model, and the facts for or against it.</param>
internal sealed partial record Candidate(
    ModelRoute Route, CatalogModel Model, CandidateRefusal? Refusal, CandidateRank? Rank, string Reasons)
{
    // Fewer requests do not characterise a model.
    private const int MinTrackedRequests = 20;

    private const double FailsOften = 0.3;
    private const double SlowFirstTokenMs = 2_000;

    // The usual share of kept suggestions, so that a model without results ranks neither better nor worse.
    private const double UsualKept = 0.3;

    public static Candidate Of(EndpointCatalog place, CatalogModel model, RouteRequest request, RoutingRules rules, string? named)
    {
        var route = ModelChoice.Route(place, model, named);
        if (CandidateRefusals.Of(route, model, request, named) is { } refusal)
        {
            return new Candidate(route, model, refusal, null, $"{Title(route)}: {refusal.Sentence(route, named)}");
        }
        var rank = RankOf(route, model, request, rules, named);
        var reasons = ReasonsOf(route, model, rank, request, rules).OfType<string>();
        return new Candidate(route, model, null, rank, $"{Title(route)}: {string.Join(", ", reasons)}");
    }

    private static CandidateRank RankOf(ModelRoute route, CatalogModel model, RouteRequest request, RoutingRules rules, string? named)
    {
        var track = TellingTrack(route, rules);
        var completes = request.Task is ModelTask.Completion or ModelTask.NextEdit;
        var chats = !completes && request.Task != ModelTask.Embed;
        return new CandidateRank
        {
            NamedAndNotLoaded = named is not null && !model.Loaded,
            NameDistance = named is null ? 0 : ModelChoice.Likeness(model.Id, named)!.Value,
            InDoubt = rules.InDoubt(route),
            ContextShortage = request.PromptTokens <= route.ContextTokens ? 0 : 1.0 / route.ContextTokens,
            Preference = PlaceIn(rules.Preferred(request.Task), model.Id),
            HolesByChatOnly = completes && route.ChatFallback,
            ToolCalls = !chats || !request.Tools || model.Abilities.HasFlag(ModelAbilities.Tools) ? 0
                : model.Abilities.HasFlag(ModelAbilities.Schema) ? 1
                : 2,
            Billions = chats ? Billions(model.Id) ?? 0 : 0,
            LeavesMachine = route.LeavesMachine,
            FailsOften = track?.FailedShare >= FailsOften,
            Slow = request.Task == ModelTask.Completion && track?.TimeToFirstTokenMs > SlowFirstTokenMs,
            KeptTenths = Math.Round((track?.KeptShare ?? UsualKept) * 10),
            HasRead = request.Document is { } document && rules.HasRead(route, document),
            WouldWait = rules.WouldWait(route),
            Priority = route.Endpoint.Priority,
            Load = rules.Load(route),
        };
    }

    private static IEnumerable<string?> ReasonsOf(
        ModelRoute route, CatalogModel model, CandidateRank rank, RouteRequest request, RoutingRules rules)
    {
        var track = TellingTrack(route, rules);
        yield return model.Loaded ? "loaded" : model.Loading ? "loading" : "not loaded, named by the user";
        yield return rank.InDoubt ? "fell silent last time" : null;
        yield return rank.ContextShortage > 0
            ? $"its context of {route.ContextTokens} tokens is too small for {request.PromptTokens}"
            : null;
        yield return rank.Preference < rules.Preferred(request.Task).Count ? $"preferred (no. {rank.Preference + 1})" : null;
        yield return Skill(route, request);
        yield return rank.LeavesMachine ? "leaves this machine" : null;
        yield return rank.FailsOften ? $"{track!.FailedShare * 100:0} % of {track.Requests} failed" : null;
        yield return track?.TimeToFirstTokenMs is { } first ? $"first token in {first:0} ms" : null;
        yield return track?.KeptShare is { } kept ? $"{kept * 100:0} % kept" : null;
        yield return rank.HasRead ? "has read this document" : null;
        yield return rank.Load > 0 ? $"{rank.Load} of {EndpointQueue.SlotsOf(route)} at work or waiting" : null;
    }

    private static ModelTrack? TellingTrack(ModelRoute route, RoutingRules rules) =>
        rules.Track(route) is { Requests: >= MinTrackedRequests } track ? track : null;

    private static int PlaceIn(IReadOnlyList<string> preferred, string id)
    {
        for (var i = 0; i < preferred.Count; i++)
        {
            if (id.Contains(preferred[i], StringComparison.OrdinalIgnoreCase) || ModelChoice.Likeness(id, preferred[i]) is not null)
            {
                return i;
            }
        }
        return preferred.Count;
    }

    private static string? Skill(ModelRoute route, RouteRequest request) => request.Task switch
    {
        ModelTask.Completion or ModelTask.NextEdit => route.ChatFallback ? "fills holes by chat only" : "fills holes",
        ModelTask.Embed => null,
        _ when !request.Tools => null,
        _ => route.Abilities.HasFlag(ModelAbilities.Tools) ? "calls tools"
            : route.Abilities.HasFlag(ModelAbilities.Schema) ? "calls tools by a schema"
            : "calls tools by the prompt only",
    };

    private static string Title(ModelRoute route) => $"{route.ModelId} at {route.Endpoint.Name}";

    /// <summary>The number of parameters in a model's name, in thousand millions.</summary>
    private static double? Billions(string id) =>
        Size().Match(id) is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"(?<![a-z0-9.])(\d+(?:\.\d+)?)b(?![a-z0-9])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Size();
}
