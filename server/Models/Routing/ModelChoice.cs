using Assistant.Families;
using Assistant.Models.Catalogs;
using Assistant.Settings;

namespace Assistant.Models.Routing;

/// <summary>Which model completes, from what every endpoint serves. A pure function: it asks nobody.</summary>
internal static class ModelChoice
{
    private const int CarefulContext = 8_192;
    private const int OllamasContext = 4_096;

    /// <param name="served">In the order of priority; only endpoints that answer.</param>
    /// <returns>A model, or why there is none.</returns>
    public static Chosen Choose(IReadOnlyList<(EndpointSettings Endpoint, Catalog Catalog)> served, CompletionSettings settings) =>
        settings.Model is { Length: > 0 } named ? ByName(served, named) : Loaded(served, settings.PreferredModels);

    /// <summary>Loaded before listed, what the user prefers before others, FIM families before chat; embedding models never.</summary>
    private static Chosen Loaded(IReadOnlyList<(EndpointSettings Endpoint, Catalog Catalog)> served, IReadOnlyList<string> preferred)
    {
        var best = (
            from place in served
            from model in place.Catalog.Models
            where model.Loaded && CanComplete(model)
            orderby Rank(model, preferred), model.Family.Fim is null
            select Route(place, model)).FirstOrDefault();
        return best is not null ? new Chosen(best, null, null, "", "") : WhyNone(served);
    }

    private static Chosen WhyNone(IReadOnlyList<(EndpointSettings Endpoint, Catalog Catalog)> served)
    {
        foreach (var (endpoint, catalog) in served)
        {
            if (catalog.Models.FirstOrDefault(model => model.Loading) is { } loading)
            {
                return new Chosen(null, ModelState.Loading, endpoint, $"{endpoint.Name} is loading {loading.Id}.", "Wait until the model is loaded; suggestions begin by themselves.");
            }
        }
        foreach (var (endpoint, catalog) in served)
        {
            if (catalog.Models.FirstOrDefault(model => CanComplete(model) && !model.Loaded) is { } listed)
            {
                return new Chosen(null, ModelState.NotLoaded, endpoint, $"{endpoint.Name} has no model loaded that could complete.",
                    $"Load one in the model server, or name it in the setting completion.model (such as {listed.Id}), so that it may be loaded by use.");
            }
        }
        return served.Count == 0
            ? new Chosen(null, ModelState.NoEndpoint, null, "No model server answers at the default ports of 127.0.0.1 (1234, 8080, 11434, 8000).",
                "Start LM Studio's server, mlx_lm.server or llama-server, or set assistant.endpoints; suggestions come from the solution's own text meanwhile.")
            : new Chosen(null, ModelState.NoModel, served[0].Endpoint, $"{served[0].Endpoint.Name} has no model that could complete.",
                "Get a code model in the model server, such as qwen2.5-coder-7b, and load it.");
    }

    /// <summary>What the user named may be loaded by use; it stands behind none that is loaded under another spelling.</summary>
    private static Chosen ByName(IReadOnlyList<(EndpointSettings Endpoint, Catalog Catalog)> served, string named)
    {
        var best = (
            from place in served
            from model in place.Catalog.Models
            let likeness = Likeness(model.Id, named)
            where likeness is not null && !model.Embedding
            orderby !model.Loaded, likeness
            select Route(place, model)).FirstOrDefault();
        if (best is null && served.FirstOrDefault(place => place.Catalog.Kind is EndpointKind.Mlx) is { Catalog: not null } mlx)
        {
            // Its list leaves models out (those in one file); what it cannot find it says.
            best = Route(mlx, new CatalogEntry(named) { State = LoadState.NotLoaded }.Build(mlx.Catalog.Families));
        }
        if (best is not null)
        {
            return new Chosen(best, null, null, "", "");
        }
        if (served.Count == 0)
        {
            return WhyNone(served);
        }
        var known = served.SelectMany(place => place.Catalog.Models).Where(CanComplete).Select(model => model.Id).Take(5).ToArray();
        return new Chosen(null, ModelState.NoModel, served[0].Endpoint, $"The model {named} is not served by {string.Join(", ", served.Select(place => place.Endpoint.Name))}.",
            known.Length > 0 ? $"Choose one that is: {string.Join(", ", known)}." : "Get the model in the model server, or clear the setting completion.model.");
    }

    // A model that always thinks would think about every key.
    private static bool CanComplete(CatalogModel model) =>
        !model.Embedding && (model.Family.Fim is not null || model.Family is { Chat: true, Reasoning: not Reasoning.Always });

    private static int Rank(CatalogModel model, IReadOnlyList<string> preferred)
    {
        for (var i = 0; i < preferred.Count; i++)
        {
            if (model.Id.Contains(preferred[i], StringComparison.OrdinalIgnoreCase) || Likeness(model.Id, preferred[i]) is not null)
            {
                return i;
            }
        }
        return preferred.Count;
    }

    /// <returns>0 the same, 1 but for letter case, 2 but for publisher and packaging; null: another model.</returns>
    private static int? Likeness(string id, string named) =>
        id == named ? 0
        : string.Equals(id, named, StringComparison.OrdinalIgnoreCase) ? 1
        : ModelFamilies.Normalise(id).Name == ModelFamilies.Normalise(named).Name ? 2
        : null;

    private static ModelRoute Route((EndpointSettings Endpoint, Catalog Catalog) place, CatalogModel model) => new(
        place.Endpoint,
        place.Catalog.Kind!.Value,
        model.Id,
        model.Family,
        model.LoadedContextTokens ?? Math.Min(place.Catalog.Kind is EndpointKind.Ollama ? OllamasContext : CarefulContext, model.MaxContextTokens ?? model.Family.ContextTokens),
        Grammar: place.Catalog.Kind == EndpointKind.LlamaCpp,
        KeepsFirstSpace: place.Catalog.Kind != EndpointKind.Mlx,
        ChatFallback: model.Family.Fim is null,
        model.Abilities,
        model.Slots,
        Loads: !model.Loaded);
}

/// <param name="Route">Null: none, for the reason in the rest.</param>
internal sealed record Chosen(ModelRoute? Route, ModelState? State, EndpointSettings? Endpoint, string Message, string Remedy);
