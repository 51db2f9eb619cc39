using System.Globalization;
using System.Text.Json.Nodes;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Settings;

namespace Assistant.ModelManagement;

/// <summary>Ollama over its own API: a request without a prompt loads a model, and <c>keep_alive</c> 0 unloads it.</summary>
internal sealed class OllamaManagement(EndpointSettings endpoint, ServerQuestions server) : IServerManagement
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The model stays loaded for the keep-alive time of the user's own Ollama.</summary>
    public async Task<string> LoadAsync(CatalogModel model, int? contextTokens, CancellationToken token)
    {
        var body = new JsonObject { ["model"] = model.Key };
        if (contextTokens is { } tokens)
        {
            body["options"] = new JsonObject { ["num_ctx"] = tokens };
        }
        await server.PostAsync(Path(model, body), body, endpoint.LoadTimeout, token);
        return model.Id;
    }

    public async Task UnloadAsync(CatalogModel model, CancellationToken token)
    {
        var body = new JsonObject { ["model"] = model.Key, ["keep_alive"] = 0 };
        await server.PostAsync(Path(model, body), body, CommandTimeout, token);
    }

    public async Task DownloadAsync(string model, string? quantization, IProgress<ManagementProgress> progress, CancellationToken token)
    {
        var name = quantization is { Length: > 0 } ? $"{model}-{quantization.ToLowerInvariant()}" : model;
        var body = new JsonObject { ["model"] = name, ["stream"] = true };
        await foreach (var line in server.PostLinesAsync("api/pull", body, CommandTimeout, token))
        {
            if (line.Text("status") == "success")
            {
                return;
            }
            var share = line.Fraction("total") is { } all and > 0 ? (line.Fraction("completed") ?? 0) / all : (double?)null;
            var size = line.Fraction("total") is { } bytes and > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{(line.Fraction("completed") ?? 0) / 1e9:0.0} of {bytes / 1e9:0.0} GB")
                : line.Text("status") ?? "pulling";
            progress.Report(new ManagementProgress(size, share));
        }
        throw new ModelServerException(
            ModelFault.CutShort,
            $"{endpoint.Name} ended the download of {name} without saying that it was done.",
            "Download it again: Ollama goes on where it stopped.");
    }

    /// <summary>The path of a load or unload: embedding models refuse to generate.</summary>
    private static string Path(CatalogModel model, JsonObject body)
    {
        if (!model.Embedding)
        {
            // Without it Ollama answers line by line.
            body["stream"] = false;
            return "api/generate";
        }
        body["input"] = new JsonArray();
        return "api/embed";
    }
}
