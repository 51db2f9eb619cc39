using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Settings;

namespace Assistant.ModelManagement;

/// <summary>
/// LM Studio 0.4 over its own <c>/api/v1</c>. A model loaded this way stays: it has no idle time, and a load on demand does not evict it.
/// </summary>
internal sealed class LmStudioManagement(EndpointSettings endpoint, ServerQuestions server, TimeProvider clock) : IServerManagement
{
    private const string Models = "api/v1/models";

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(30);

    public async Task<string> LoadAsync(CatalogModel model, int? contextTokens, CancellationToken token)
    {
        var body = new JsonObject { ["model"] = model.Key, ["echo_load_config"] = true };
        if (contextTokens is { } tokens)
        {
            body["context_length"] = tokens;
        }
        var loaded = await PostAsync("load", body, endpoint.LoadTimeout, token);
        return loaded.Text("instance_id") ?? model.Key;
    }

    public async Task UnloadAsync(CatalogModel model, CancellationToken token) =>
        await PostAsync("unload", new JsonObject { ["instance_id"] = model.Id }, CommandTimeout, token);

    public async Task DownloadAsync(string model, string? quantization, IProgress<ManagementProgress> progress, CancellationToken token)
    {
        var body = new JsonObject { ["model"] = model };
        if (quantization is { Length: > 0 })
        {
            body["quantization"] = quantization;
        }
        var job = await PostAsync("download", body, CommandTimeout, token);
        while (!IsThere(job, model))
        {
            progress.Report(Progress(job));
            await Task.Delay(PollInterval, clock, token);
            var answer = await server.AskRootAsync($"{Models}/download/status/{Uri.EscapeDataString(job.Text("job_id") ?? "")}", token);
            job = answer.Ok && answer.Json.Text("status") is not null ? answer.Json : throw answer.ToException(endpoint);
        }
    }

    private async Task<JsonElement> PostAsync(string what, JsonObject body, TimeSpan firstByteTimeout, CancellationToken token)
    {
        try
        {
            return await server.PostAsync($"{Models}/{what}", body, firstByteTimeout, token);
        }
        catch (ModelServerException failure) when (failure.Refusal?.Kind == RefusalKind.UnknownEndpoint)
        {
            throw new ModelServerException(ModelFault.Refused, $"{endpoint.Name} is an LM Studio that cannot be told to {what} a model.",
                "Update LM Studio to 0.4 or later, or do it in its window.", failure);
        }
    }

    private bool IsThere(JsonElement job, string model) => job.Text("status") switch
    {
        "completed" or "already_downloaded" => true,
        "failed" => throw new ModelServerException(ModelFault.LoadFailed, $"{endpoint.Name}: the download of {model} failed.",
            "Look into LM Studio's downloads for the reason, free disk space if it needs some, and try again."),
        _ => false,
    };

    private static ManagementProgress Progress(JsonElement job)
    {
        var (done, all) = (job.Fraction("downloaded_bytes") ?? 0, job.Fraction("total_size_bytes") ?? 0);
        var speed = job.Fraction("bytes_per_second") is { } perSecond and > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {perSecond / 1e6:0.#} MB/s")
            : "";
        var paused = job.Text("status") == "paused" ? "paused at " : "";
        return all <= 0
            ? new ManagementProgress(job.Text("status") ?? "downloading", null)
            : new ManagementProgress(
                string.Create(CultureInfo.InvariantCulture, $"{paused}{done / 1e9:0.0} of {all / 1e9:0.0} GB{speed}"),
                Math.Clamp(done / all, 0, 1));
    }
}
