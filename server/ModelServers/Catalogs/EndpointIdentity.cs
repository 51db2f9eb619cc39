using System.Net;
using Assistant.ModelServers.Dialects;
using Assistant.Settings;

namespace Assistant.ModelServers.Catalogs;

/// <summary>Identifies a server by its replies and never by its port: mlx and llama-server share one.</summary>
internal static class EndpointIdentity
{
    /// <returns>The kind; null if the reply is from no model server known here.</returns>
    /// <param name="models">The answer to <c>GET /v1/models</c>.</param>
    /// <exception cref="ModelServerException">The server does not answer.</exception>
    public static async Task<EndpointKind?> OfAsync(ServerAnswer models, ServerQuestions server, CancellationToken token)
    {
        if (models.Server.StartsWith("llama.cpp", StringComparison.OrdinalIgnoreCase))
        {
            return EndpointKind.LlamaCpp;
        }
        if (models.Server.StartsWith("BaseHTTP/", StringComparison.Ordinal))
        {
            // Many programs use Python's own server; /health identifies mlx among them, in both of its generations.
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
            // No model is downloaded yet, so only the frame of the reply identifies the server.
            return ServerErrorParser.IsUnknownEndpoint((await server.AskRootAsync("health", token)).Text)
                ? EndpointKind.LmStudio
                : EndpointKind.OpenAi;
        }
        return models.Json.Member("data") is not null || models.Status is HttpStatusCode.Unauthorized ? EndpointKind.OpenAi : null;
    }

    // LM Studio answers this with 200 too, and an error in the body.
    private static bool IsOllama(ServerAnswer version) => version.Ok && version.Json.Text("version") is not null;
}
