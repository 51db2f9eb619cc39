using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Settings;

namespace Assistant.ModelManagement;

/// <summary>Loads, unloads and downloads models of one kind of server, only at the user's command.</summary>
internal interface IServerManagement
{
    /// <returns>The id for later requests to the model.</returns>
    /// <exception cref="ModelServerException">Quotes the server.</exception>
    Task<string> LoadAsync(CatalogModel model, int? contextTokens, CancellationToken token);

    /// <exception cref="ModelServerException">Quotes the server.</exception>
    Task UnloadAsync(CatalogModel model, CancellationToken token);

    /// <param name="quantization">The wanted quantization, if the server offers a choice; null: the server's own choice.</param>
    /// <exception cref="ModelServerException">Quotes the server.</exception>
    Task DownloadAsync(string model, string? quantization, IProgress<ManagementProgress> progress, CancellationToken token);
}

/// <param name="What">The running step, as a short phrase.</param>
/// <param name="Share">0 to 1; null if unknown.</param>
public sealed record ManagementProgress(string What, double? Share);

/// <summary>A server without commands for its models.</summary>
internal sealed class UnmanagedServer(EndpointSettings endpoint, EndpointKind kind) : IServerManagement
{
    public Task<string> LoadAsync(CatalogModel model, int? contextTokens, CancellationToken token) => throw Cannot("load");

    public Task UnloadAsync(CatalogModel model, CancellationToken token) => throw Cannot("unload");

    public Task DownloadAsync(string model, string? quantization, IProgress<ManagementProgress> progress, CancellationToken token) =>
        throw Cannot("get");

    private ModelServerException Cannot(string what) => new(
        ModelFault.Refused,
        $"{endpoint.Name} cannot be told to {what} a model.",
        kind switch
        {
            EndpointKind.Mlx => "Start mlx_lm.server with another --model, "
                + "or name the model in the setting completion.model: it is then loaded by its first use.",
            EndpointKind.LlamaCpp => "Start llama-server with another -m, or as a router with --models-dir.",
            EndpointKind.Vllm => "Start vLLM with another model.",
            _ => "Load or remove the model where the server runs.",
        });
}
