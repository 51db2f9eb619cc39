using System.Text.Json;
using Assistant.Families;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Routing.Scheduling;
using Assistant.Settings;
using Assistant.Usage;

namespace Assistant.Routing.Selection;

/// <summary>
/// Chooses the model for a task from the catalogs of all endpoints. A pure function without requests. <see cref="CandidateRank"/> orders
/// the models that can do the task.
/// </summary>
internal static class ModelChoice
{
    private const int DefaultContextTokens = 8_192;
    private const int OllamaDefaultContextTokens = 4_096;

    /// <param name="served">The catalogs of the endpoints that answer, in the order of the settings.</param>
    /// <returns>The usable models, or the reason why no model is usable.</returns>
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
            place.Catalog.Kind is EndpointKind.Ollama ? OllamaDefaultContextTokens : DefaultContextTokens,
            model.MaxContextTokens ?? model.Family.ContextTokens),
        Grammar: place.Catalog.Kind == EndpointKind.LlamaCpp,
        KeepsFirstSpace: place.Catalog.Kind != EndpointKind.Mlx,
        ChatFallback: model.Family.Fim is null,
        model.Abilities,
        model.Slots,
        Loads: named is not null && !model.Loaded);

    /// <summary>The distance between a model's id and a name.</summary>
    /// <returns>0 equal; 1 equal except for letter case; 2 equal except for publisher and packaging; null another model.</returns>
    public static int? Likeness(string id, string named) =>
        id == named ? 0
        : string.Equals(id, named, StringComparison.OrdinalIgnoreCase) ? 1
        : ModelFamilies.Normalise(id).Name == ModelFamilies.Normalise(named).Name ? 2
        : null;

    // mlx does not list all of its models (those in one file), so a named model is tried there; mlx refuses a model that it lacks.
    private static Candidate? MlxFor(
        IReadOnlyList<EndpointCatalog> served, RouteRequest request, RoutingRules rules, string named, List<Candidate> known) =>
        known.Any(one => Likeness(one.Model.Id, named) is not null)
        || served.FirstOrDefault(place => place.Catalog.Kind is EndpointKind.Mlx) is not { } mlx
            ? null
            : Candidate.Of(mlx, new CatalogEntry(named) { State = LoadState.NotLoaded }.Build(mlx.Catalog.Families), request, rules, named);
}

/// <summary>One endpoint and the models that it serves.</summary>
internal sealed record EndpointCatalog(EndpointSettings Endpoint, Catalog Catalog);

/// <summary>The facts for the choice that the catalogs do not hold.</summary>
/// <param name="Track">A model's past results; null before its first request.</param>
/// <param name="Load">The number of a model's running and waiting requests.</param>
/// <param name="WouldWait">Whether a request would have to wait.</param>
/// <param name="HasRead">Whether a slot of the model holds a document's prompt.</param>
/// <param name="InDoubt">Whether the model may generate nothing after its last failure.</param>
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

    /// <summary>The user's list for the task; for completions, else the older setting.</summary>
    public IReadOnlyList<string> Preferred(ModelTask task) =>
        Settings.Models.Preferences.TryGetValue(Name(task), out var list) && list.Count > 0 ? list
        : task == ModelTask.Completion ? Settings.Completion.PreferredModels
        : [];

    /// <summary>The task's name in the settings, in camelCase.</summary>
    public static string Name(ModelTask task) => JsonNamingPolicy.CamelCase.ConvertName(task.ToString());
}

/// <summary>The result of <see cref="ModelChoice.Choose"/>.</summary>
/// <param name="State">The state without a usable model, which endpoint, message and remedy describe; null with a usable model.</param>
/// <param name="Why">A line for each considered model, in order.</param>
internal sealed record Chosen(ModelState? State, EndpointSettings? Endpoint, string Message, string Remedy, IReadOnlyList<string> Why)
{
    /// <summary>The usable models, the best first.</summary>
    public IReadOnlyList<ModelRoute> Usable { get; init; } = [];
}
