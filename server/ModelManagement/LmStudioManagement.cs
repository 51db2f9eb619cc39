using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Settings;

namespace Assistant.ModelManagement;

/// <summary>
/// LM Studio 0.4 over its own <c>/api/v1</c>. What is loaded so stays: it has no idle time and is not evicted by a load on demand.
/// </summary>
internal sealed class LmStudioManagement(EndpointSettings endpoint, ServerQuestions server, TimeProvider clock) : IServerManagement
{
    private const string Models = "api/v1/models";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<string> LoadAsync(CatalogModel model, int? contextTokens, CancellationToken token)
    {
        var body = new JsonObject { ["model"] = model.Key, ["echo_load_config"] = true };
        if (contextTokens is { } tokens)
        {
            body["context_length"] = tokens;
        }
        var loaded = await TellAsync("load", body, endpoint.LoadTimeout, token);
        return loaded.Text("instance_id") ?? model.Key;
    }

    public async Task UnloadAsync(CatalogModel model, CancellationToken token) =>
        await TellAsync("unload", new JsonObject { ["instance_id"] = model.Id }, Patience, token);

    public async Task DownloadAsync(string model, string? quantization, IProgress<ManagementProgress> progress, CancellationToken token)
    {
        var body = new JsonObject { ["model"] = model };
        if (quantization is { Length: > 0 })
        {
            body["quantization"] = quantization;
        }
        var job = await TellAsync("download", body, Patience, token);
        while (!IsThere(job, model))
        {
            progress.Report(Progress(job));
            await Task.Delay(BetweenLooks, clock, token);
            var answer = await server.AskRootAsync($"{Models}/download/status/{Uri.EscapeDataString(job.Text("job_id") ?? "")}", token);
            job = answer.Ok && answer.Json.Text("status") is not null ? answer.Json : throw answer.ToException(endpoint);
        }
    }

    private async Task<JsonElement> TellAsync(string what, JsonObject body, TimeSpan patience, CancellationToken token)
    {
        try
        {
            return await server.TellAsync($"{Models}/{what}", body, patience, token);
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
