using System.Text.Json;
using Assistant.Families;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Routing.Scheduling;
using Assistant.Settings;
using Assistant.Usage;

namespace Assistant.Routing.Selection;

/// <summary>
/// Which model does a task, from what every endpoint serves. A pure function: it asks nobody. What can do it and is loaded goes by
/// room in its context, preference, what it is made for, this machine before others, how it fared, who has read the document, and load.
/// </summary>
internal static class ModelChoice
{
    private const int CarefulContext = 8_192;
    private const int OllamasContext = 4_096;

    /// <param name="served">In the order of priority; only endpoints that answer.</param>
    /// <returns>A model, or why there is none.</returns>
    public static Chosen Choose(IReadOnlyList<EndpointCatalog> served, RouteRequest request, RoutingRules rules)
    {
        var named = request.ModelId ?? (request.Task == ModelTask.Completion ? rules.Settings.Completion.Model : null);
        var all = (
            from place in served
            from model in place.Catalog.Models
            select Candidate.Of(place, model, request, rules, named)).ToList();
        if (named is { Length: > 0 } && MlxFor(served, request, rules, named, all) is { } unlisted)
        {
            all.Add(unlisted);
        }
        Candidate[] usable = [.. all.Where(one => one.Refusal is null).OrderBy(one => one.Rank)];
        string[] why =
        [
            .. usable.Select((one, index) => $"{index + 1}. {one.Reasons}"),
            .. all.Where(one => one.Refusal is not null).Select(one => $"-  {one.Reasons}"),
        ];
        return usable.Length > 0
            ? new Chosen(null, null, "", "", why) { Usable = [.. usable.Select(one => one.Route)] }
            : NoModel.Because(served, all, request, rules, named) with { Why = why };
    }

    public static ModelRoute Route(EndpointCatalog place, CatalogModel model, string? named = null) => new(
        place.Endpoint,
        place.Catalog.Kind!.Value,
        model.Id,
        model.Family,
        model.LoadedContextTokens ?? Math.Min(
            place.Catalog.Kind is EndpointKind.Ollama ? OllamasContext : CarefulContext,
            model.MaxContextTokens ?? model.Family.ContextTokens),
        Grammar: place.Catalog.Kind == EndpointKind.LlamaCpp,
        KeepsFirstSpace: place.Catalog.Kind != EndpointKind.Mlx,
        ChatFallback: model.Family.Fim is null,
        model.Abilities,
        model.Slots,
        Loads: named is not null && !model.Loaded);

    /// <returns>0 the same, 1 but for letter case, 2 but for publisher and packaging; null: another model.</returns>
    public static int? Likeness(string id, string named) =>
        id == named ? 0
        : string.Equals(id, named, StringComparison.OrdinalIgnoreCase) ? 1
        : ModelFamilies.Normalise(id).Name == ModelFamilies.Normalise(named).Name ? 2
        : null;

    // The list of mlx leaves models out (those in one file); what it cannot find it says.
    private static Candidate? MlxFor(
        IReadOnlyList<EndpointCatalog> served, RouteRequest request, RoutingRules rules, string named, List<Candidate> known) =>
        known.Any(one => Likeness(one.Model.Id, named) is not null)
        || served.FirstOrDefault(place => place.Catalog.Kind is EndpointKind.Mlx) is not { } mlx
            ? null
            : Candidate.Of(mlx, new CatalogEntry(named) { State = LoadState.NotLoaded }.Build(mlx.Catalog.Families), request, rules, named);
}

/// <summary>One endpoint and the models that it serves.</summary>
internal sealed record EndpointCatalog(EndpointSettings Endpoint, Catalog Catalog);

/// <summary>The facts beside the catalogs.</summary>
/// <param name="Track">How a model fared here; null before its first request.</param>
/// <param name="Load">How many requests run or wait there.</param>
/// <param name="WouldWait">Whether a request would not be sent there at once.</param>
/// <param name="HasRead">Whether it has read a document last.</param>
/// <param name="InDoubt">Whether it failed last in a way after which it may generate nothing.</param>
internal sealed record RoutingRules(
    AssistantSettings Settings,
    Func<ModelRoute, ModelTrack?> Track,
    Func<ModelRoute, int> Load,
    Func<ModelRoute, bool> WouldWait,
    Func<ModelRoute, string, bool> HasRead,
    Func<ModelRoute, bool> InDoubt)
{
    public static RoutingRules Of(
        AssistantSettings settings, ModelTask task, IRequestRecords records, Scheduler scheduler, Func<ModelRoute, bool> inDoubt) => new(
        settings,
        route => records.TrackOf(route.Endpoint.Name, route.ModelId, task),
        scheduler.LoadOf,
        route => scheduler.WouldWait(route, task == ModelTask.Completion ? RequestClass.Completion : RequestClass.Chat),
        scheduler.HasRead,
        inDoubt);

    /// <summary>The user's list for the task; for completions also the older setting.</summary>
    public IReadOnlyList<string> Preferred(ModelTask task) =>
        Settings.Models.Preferences.TryGetValue(Name(task), out var list) && list.Count > 0 ? list
        : task == ModelTask.Completion ? Settings.Completion.PreferredModels
        : [];

    /// <summary>As in the settings: in camelCase.</summary>
    public static string Name(ModelTask task) => JsonNamingPolicy.CamelCase.ConvertName(task.ToString());
}

/// <param name="State">Why no model can do it; null where one can. So are endpoint, message and remedy.</param>
/// <param name="Why">A line for each model that was looked at, in order.</param>
internal sealed record Chosen(ModelState? State, EndpointSettings? Endpoint, string Message, string Remedy, IReadOnlyList<string> Why)
{
    /// <summary>All that can do it, the best first.</summary>
    public IReadOnlyList<ModelRoute> Usable { get; init; } = [];
}
