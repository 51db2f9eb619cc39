using System.Net;
using Assistant.ModelServers.Dialects;
using Assistant.Settings;

namespace Assistant.ModelServers.Catalogs;

/// <summary>Finds out which server answers, from what it answers and never from its port: mlx and llama-server share one.</summary>
internal static class EndpointIdentity
{
    /// <summary>Null: something answers, and it is no model server that we know of.</summary>
    /// <param name="models">The answer to <c>GET /v1/models</c>.</param>
    /// <exception cref="ModelServerException">Nobody answers.</exception>
    public static async Task<EndpointKind?> OfAsync(ServerAnswer models, ServerQuestions server, CancellationToken token)
    {
        if (models.Server.StartsWith("llama.cpp", StringComparison.OrdinalIgnoreCase))
        {
            return EndpointKind.LlamaCpp;
        }
        if (models.Server.StartsWith("BaseHTTP/", StringComparison.Ordinal))
        {
            // Python's own server is under many programs; /health tells mlx from them, in both of its generations.
            var health = await server.AskRootAsync("health", token);
            return health.Json.Text("status") is "ok" or "unavailable" ? EndpointKind.Mlx : null;
        }
        if (ServerErrorParser.IsUnknownEndpoint(models.Text)
            || models.Text.Contains("LM Studio", StringComparison.Ordinal))
        {
            return EndpointKind.LmStudio;
        }
        switch (models.Json.Items("data").Select(model => model.Text("owned_by")).FirstOrDefault(owner => owner is not null))
        {
            case "llamacpp":
                return EndpointKind.LlamaCpp;
            case "vllm":
                return EndpointKind.Vllm;
            case "organization_owner":
                return EndpointKind.LmStudio;
        }
        if (models.Express && (await server.AskRootAsync("api/v0/models", token)).Json.Items("data").Any())
        {
            return EndpointKind.LmStudio;
        }
        if (IsOllama(await server.AskRootAsync("api/version", token)))
        {
            return EndpointKind.Ollama;
        }
        if (models.Express && models.Json.Member("data") is not null)
        {
            // No model is downloaded yet, so nothing but the frame around it tells.
            return ServerErrorParser.IsUnknownEndpoint((await server.AskRootAsync("health", token)).Text)
                ? EndpointKind.LmStudio
                : EndpointKind.OpenAi;
        }
        return models.Json.Member("data") is not null || models.Status is HttpStatusCode.Unauthorized ? EndpointKind.OpenAi : null;
    }

    // LM Studio answers 200 to this too, with an error inside.
    private static bool IsOllama(ServerAnswer version) => version.Ok && version.Json.Text("version") is not null;
}
