using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Settings;

namespace Assistant.ModelManagement;

/// <summary>How one kind of server loads, unloads and gets models; only ever because the user asked for it.</summary>
internal interface IServerManagement
{
    /// <returns>The id under which the model is asked from now on.</returns>
    /// <exception cref="ModelServerException">With the server's own words.</exception>
    Task<string> LoadAsync(CatalogModel model, int? contextTokens, CancellationToken token);

    /// <exception cref="ModelServerException">With the server's own words.</exception>
    Task UnloadAsync(CatalogModel model, CancellationToken token);

    /// <param name="quantization">Which of several, where the server has a say in it; null: its own choice.</param>
    /// <exception cref="ModelServerException">With the server's own words.</exception>
    Task DownloadAsync(string model, string? quantization, IProgress<ManagementProgress> progress, CancellationToken token);
}

/// <param name="What">What is being done now, as a short phrase.</param>
/// <param name="Share">0 to 1; null where it is not known.</param>
public sealed record ManagementProgress(string What, double? Share);

/// <summary>A server that takes no orders about its models.</summary>
internal sealed class UnmanagedServer(EndpointSettings endpoint, EndpointKind kind) : IServerManagement
{
    public Task<string> LoadAsync(CatalogModel model, int? contextTokens, CancellationToken token) => throw Cannot("load");

    public Task UnloadAsync(CatalogModel model, CancellationToken token) => throw Cannot("unload");

    public Task DownloadAsync(string model, string? quantization, IProgress<ManagementProgress> progress, CancellationToken token) => throw Cannot("get");

    private ModelServerException Cannot(string what) => new(
        ModelFault.Refused,
        $"{endpoint.Name} cannot be told to {what} a model.",
        kind switch
        {
            EndpointKind.Mlx => "Start mlx_lm.server with another --model, or name the model in the setting completion.model: it is then loaded by its first use.",
            EndpointKind.LlamaCpp => "Start llama-server with another -m, or as a router with --models-dir.",
            EndpointKind.Vllm => "Start vLLM with another model.",
            _ => "Which models there are is decided where the server runs.",
        });
}
