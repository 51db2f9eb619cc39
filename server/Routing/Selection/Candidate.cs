using System.Globalization;
using System.Text.RegularExpressions;
using Assistant.Families;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Routing.Scheduling;
using Assistant.Usage;

namespace Assistant.Routing.Selection;

/// <summary>One model at one endpoint, weighed for one request.</summary>
/// <param name="Refusal">Why it is out of the question; null where it is not.</param>
/// <param name="Ranks">Compared one after another, the smaller goes first.</param>
/// <param name="Reasons">For people: the model and what speaks for or against it.</param>
internal sealed partial record Candidate(ModelRoute Route, CatalogModel Model, CandidateRefusal? Refusal, IReadOnlyList<double> Ranks, string Reasons)
{
    // Fewer say nothing about a model.
    private const int TellingRequests = 20;

    // What is usual of ghost text: one that nobody has judged yet is neither better nor worse.
    private const double UsualKept = 0.3;

    public static IComparer<Candidate> Best { get; } = Comparer<Candidate>.Create((a, b) =>
        a.Ranks.Zip(b.Ranks, (one, other) => one.CompareTo(other)).FirstOrDefault(order => order != 0));

    public static Candidate Of(EndpointCatalog place, CatalogModel model, RouteRequest request, RoutingRules rules, string? named)
    {
        var route = ModelChoice.Route(place, model, named);
        if (CandidateRefusals.Of(route, model, request, named) is { } refusal)
        {
            return new Candidate(route, model, refusal, [], $"{Title(route)}: {refusal.Sentence(route, named)}");
        }
        var reasons = new List<string> { model.Loaded ? "loaded" : model.Loading ? "loading" : "not loaded, named by the user" };
        var ranks = new List<double>();
        void Rank(double rank, string? reason)
        {
            ranks.Add(rank);
            if (reason is not null)
            {
                reasons.Add(reason);
            }
        }
        if (named is not null)
        {
            Rank(model.Loaded ? 0 : 1, null);
            Rank(ModelChoice.Likeness(model.Id, named)!.Value, null);
        }
        var inDoubt = rules.InDoubt(route);
        Rank(inDoubt ? 1 : 0, inDoubt ? "fell silent last time" : null);
        var room = request.PromptTokens <= route.ContextTokens;
        Rank(room ? 0 : 1.0 / route.ContextTokens, room ? null : $"its context of {route.ContextTokens} tokens is too small for {request.PromptTokens}");
        var preferred = rules.Preferred(request.Task);
        var preference = PlaceIn(preferred, model.Id);
        Rank(preference, preference < preferred.Count ? $"preferred (no. {preference + 1})" : null);
        Rank(Fitness(route, model, request), Made(route, request));
        Rank(route.LeavesMachine ? 1 : 0, route.LeavesMachine ? "leaves this machine" : null);
        Measured(rules.Track(route), request.Task, Rank);
        var hasRead = request.Document is { } document && rules.HasRead(route, document);
        Rank(hasRead ? 0 : 1, hasRead ? "has read this document" : null);
        var load = rules.Load(route);
        var slots = EndpointQueue.SlotsOf(route);
        Rank(rules.WouldWait(route) ? 1 : 0, load > 0 ? $"{load} of {slots} at work or waiting" : null);
        Rank(-route.Endpoint.Priority, null);
        Rank(load, null);
        return new Candidate(route, model, null, ranks, $"{Title(route)}: {string.Join(", ", reasons)}");
    }

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

    /// <summary>FIM families fill holes better; who calls tools by itself is asked before who is led to it; the larger model talks better.</summary>
    private static double Fitness(ModelRoute route, CatalogModel model, RouteRequest request) => request.Task switch
    {
        ModelTask.Completion or ModelTask.NextEdit => route.ChatFallback ? 1 : 0,
        ModelTask.Embed => 0,
        _ => (request.Tools && !model.Abilities.HasFlag(ModelAbilities.Tools) ? model.Abilities.HasFlag(ModelAbilities.Schema) ? 1_000_000 : 2_000_000 : 0)
            - (Billions(model.Id) ?? 0),
    };

    private static string? Made(ModelRoute route, RouteRequest request) => request.Task switch
    {
        ModelTask.Completion or ModelTask.NextEdit => route.ChatFallback ? "fills holes by chat only" : "fills holes",
        ModelTask.Embed => null,
        _ when !request.Tools => null,
        _ => route.Abilities.HasFlag(ModelAbilities.Tools) ? "calls tools" : route.Abilities.HasFlag(ModelAbilities.Schema) ? "calls tools by a schema" : "calls tools by the prompt only",
    };

    /// <summary>What fails often or is far too slow for its task goes last; of what is judged, what is kept more goes first. In steps, so that chance decides nothing.</summary>
    private static void Measured(ModelTrack? track, ModelTask task, Action<double, string?> rank)
    {
        var telling = track is { Requests: >= TellingRequests } ? track : null;
        var failing = telling?.FailedShare >= 0.3;
        rank(failing ? 1 : 0, failing ? $"{telling!.FailedShare * 100:0} % of {telling.Requests} failed" : null);
        var slow = task == ModelTask.Completion && telling?.TimeToFirstTokenMs > 2_000;
        rank(slow ? 1 : 0, telling?.TimeToFirstTokenMs is { } first ? $"first token in {first:0} ms" : null);
        rank(-Math.Round((telling?.KeptShare ?? UsualKept) * 10), telling?.KeptShare is { } kept ? $"{kept * 100:0} % kept" : null);
    }

    private static string Title(ModelRoute route) => $"{route.ModelId} at {route.Endpoint.Name}";

    /// <summary>How many parameters the name speaks of, in thousand millions.</summary>
    private static double? Billions(string id) =>
        Size().Match(id) is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"(?<![a-z0-9.])(\d+(?:\.\d+)?)b(?![a-z0-9])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Size();
}
