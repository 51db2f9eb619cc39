using System.Net;
using Assistant.Families;
using Assistant.Settings;

namespace Assistant.ModelServers.Catalogs;

/// <summary>Reads an endpoint's kind and its models, with questions that make the server load nothing.</summary>
internal static class CatalogReader
{
    /// <exception cref="ModelServerException">The server does not answer, or answers with a fault (401, still loading).</exception>
    public static async Task<Catalog> ReadAsync(
        EndpointSettings endpoint, ServerQuestions server, FamilyTable families, CancellationToken token)
    {
        var models = await server.AskBaseAsync("models", token);
        // A cloud is asked for its list alone.
        var kind = endpoint.Kind == EndpointKind.OpenAi
            ? EndpointKind.OpenAi
            : Agree(endpoint, await EndpointIdentity.OfAsync(models, server, token));
        if (models.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ServiceUnavailable)
        {
            throw models.ToException(endpoint);
        }
        // The Server header names the kind, but the list is missing: the base path is wrong.
        if (models.Status is HttpStatusCode.NotFound
            && kind is EndpointKind.LlamaCpp or EndpointKind.Vllm or EndpointKind.OpenAi or EndpointKind.Mlx)
        {
            throw models.ToException(endpoint);
        }
        (IReadOnlyList<CatalogModel> Models, bool Routes) routed = default;
        IReadOnlyList<CatalogModel> list = kind switch
        {
            EndpointKind.LlamaCpp => (routed = await LlamaServerCatalog.ReadAsync(models, server, families, token)).Models,
            EndpointKind.LmStudio => await LmStudioCatalog.ReadAsync(endpoint, models, server, families, token),
            EndpointKind.Mlx => MlxCatalog.Read(models, families),
            EndpointKind.Ollama => await OllamaCatalog.ReadAsync(server, families, token),
            EndpointKind.Vllm => ListedCatalog.Read(models, families, cloud: false),
            EndpointKind.OpenAi => ListedCatalog.Read(models, families, cloud: true),
            _ => [],
        };
        return new Catalog(kind, list, LoadsOnDemand: kind is EndpointKind.LmStudio or EndpointKind.Ollama || routed.Routes)
        {
            Families = families,
            Routes = routed.Routes,
        };
    }

    /// <summary>The configured kind applies unless the server's replies clearly contradict it.</summary>
    private static EndpointKind? Agree(EndpointSettings endpoint, EndpointKind? found) =>
        endpoint.Kind == EndpointKind.Auto || found == endpoint.Kind ? found
        : found is null or EndpointKind.OpenAi ? endpoint.Kind
        : throw ModelServerErrors.UnexpectedServer(endpoint, $"a server of the kind {found}, where {endpoint.Kind} was configured");
}
