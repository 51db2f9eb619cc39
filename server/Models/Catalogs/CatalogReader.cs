using System.Net;
using Assistant.Settings;

namespace Assistant.Models.Catalogs;

/// <summary>Asks an endpoint who it is and what it serves, in a way that makes it load nothing.</summary>
internal static class CatalogReader
{
    /// <exception cref="ModelServerException">Nobody answers, or the answer is a fault (401, still loading).</exception>
    public static async Task<Catalog> ReadAsync(EndpointSettings endpoint, ServerQuestions server, CancellationToken token)
    {
        var models = await server.AskBaseAsync("models", token);
        // Nothing but the list is asked of a cloud.
        var kind = endpoint.Kind == EndpointKind.OpenAi
            ? EndpointKind.OpenAi
            : Agree(endpoint, await EndpointIdentity.OfAsync(models, server, token));
        if (models.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ServiceUnavailable)
        {
            throw models.ToException(endpoint);
        }
        IReadOnlyList<CatalogModel> list = kind switch
        {
            EndpointKind.LlamaCpp => await LlamaServerCatalog.ReadAsync(models, server, token),
            EndpointKind.LmStudio => await LmStudioCatalog.ReadAsync(endpoint, models, server, token),
            EndpointKind.Mlx => MlxCatalog.Read(models),
            EndpointKind.Vllm or EndpointKind.OpenAi => Listed(models),
            _ => [],
        };
        return new Catalog(kind, list, LoadsOnDemand: kind is EndpointKind.LmStudio || (kind is EndpointKind.LlamaCpp && list.Any(model => !model.Loaded)));
    }

    /// <summary>What the user said about the kind stands where the server does not plainly say otherwise.</summary>
    private static EndpointKind? Agree(EndpointSettings endpoint, EndpointKind? found) =>
        endpoint.Kind == EndpointKind.Auto || found == endpoint.Kind ? found
        : found is null or EndpointKind.OpenAi ? endpoint.Kind
        : throw Faults.NotWhatItWas(endpoint, $"a server of the kind {found}, where {endpoint.Kind} was configured");

    // Servers of these kinds serve what they list.
    private static CatalogModel[] Listed(ServerAnswer models) =>
    [
        .. from model in models.Json.Items("data")
           let id = model.Text("id")
           where id is not null
           let context = model.Number("max_model_len")
           select new CatalogEntry(id) { State = LoadState.Loaded, LoadedContextTokens = context, MaxContextTokens = context }.Build(),
    ];
}
