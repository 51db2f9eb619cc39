using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>What LM Studio tells of its models, and how it loads, unloads and downloads them when it is told to.</summary>
internal sealed class LmStudioModels
{
    private const long SizeBytes = 4_683_074_240;

    private readonly Dictionary<string, (string Model, long Started)> jobs = [];

    /// <summary>Status and body; null for a route that it does not know.</summary>
    public async Task<(int Status, JsonObject Body)?> AnswerAsync(Exchange exchange, ServerState server, bool hasApiV1)
    {
        const string OneModel = "/api/v0/models/";
        const string OneJob = "/api/v1/models/download/status/";
        var path = exchange.Request.Path.Split('?')[0];
        Finish(server);
        return (exchange.Request.Method, path) switch
        {
            ("GET", "/v1/models") => (200, Compatible(server)),
            ("GET", "/api/v0/models") => (200, new JsonObject { ["data"] = List(server, Native0), ["object"] = "list" }),
            ("GET", _) when path.StartsWith(OneModel, StringComparison.Ordinal) && server.Find(path[OneModel.Length..]) is { } model =>
            (200, Native0(model)),
            _ when !hasApiV1 => null,
            ("GET", "/api/v1/models") => (200, new JsonObject
            {
                ["models"] = new JsonArray([.. server.Models.Where(model => model is { Downloaded: true, InstanceOf: null })
                    .Select(model => (JsonNode)Native1(model, server))]),
            }),
            ("POST", "/api/v1/models/load") => await LoadAsync(exchange, server),
            ("POST", "/api/v1/models/unload") => Unload(exchange, server),
            ("POST", "/api/v1/models/download") => Download(exchange, server),
            ("GET", _) when path.StartsWith(OneJob, StringComparison.Ordinal) => Progress(path[OneJob.Length..], server),
            _ => null,
        };
    }

    /// <summary>All that is downloaded where models are loaded on demand; else only what is loaded.</summary>
    private static JsonObject Compatible(ServerState server) => new()
    {
        ["data"] = List(server, model => new JsonObject { ["id"] = model.Id, ["object"] = "model", ["owned_by"] = "organization_owner" },
            onlyLoaded: !server.Options.JustInTime),
        ["object"] = "list",
    };

    private static JsonArray List(ServerState server, Func<SimulatedModel, JsonObject> entry, bool onlyLoaded = false) =>
        new([.. server.Models.Where(model => model.Downloaded && (model.Loaded || !onlyLoaded)).Select(entry)]);

    private static JsonObject Native0(SimulatedModel model)
    {
        var entry = new JsonObject
        {
            ["id"] = model.Id, ["object"] = "model", ["type"] = model.Type, ["publisher"] = Publisher(model), ["arch"] = "qwen2",
            ["compatibility_type"] = "gguf",
            ["quantization"] = "Q4_K_M", ["state"] = model.Loaded ? "loaded" : "not-loaded",
            ["max_context_length"] = model.MaxContextTokens,
        };
        if (model.Loaded)
        {
            entry["loaded_context_length"] = model.ContextTokens;
        }
        return entry;
    }

    private static JsonObject Native1(SimulatedModel model, ServerState server) => new()
    {
        ["type"] = Kind(model),
        ["publisher"] = Publisher(model),
        ["key"] = model.Id,
        ["display_name"] = model.Id,
        ["architecture"] = "qwen2",
        ["quantization"] = new JsonObject { ["name"] = "Q4_K_M", ["bits_per_weight"] = 4 },
        ["size_bytes"] = SizeBytes,
        ["params_string"] = "7B",
        ["loaded_instances"] = new JsonArray(
            [.. server.Models.Where(other => other.Loaded && (other.Id == model.Id || other.InstanceOf == model.Id)).Select(Instance)]),
        ["max_context_length"] = model.MaxContextTokens,
        ["format"] = "gguf",
        ["capabilities"] = new JsonObject { ["vision"] = false, ["trained_for_tool_use"] = model.Tools },
    };

    private static JsonNode Instance(SimulatedModel model) => new JsonObject
    {
        ["id"] = model.Id, ["config"] = new JsonObject { ["context_length"] = model.ContextTokens, ["parallel"] = model.Slots },
    };

    /// <summary>Loads a model to stay; one that is loaded gets a second instance.</summary>
    private static async Task<(int, JsonObject)> LoadAsync(Exchange exchange, ServerState server)
    {
        var id = Field(exchange, "model");
        if (server.Find(id) is not { Downloaded: true } model)
        {
            return (404, Error("model_not_found", $"Model \"{id}\" not found."));
        }
        if (model.Loaded)
        {
            var number = 2 + server.Models.Count(other => other.InstanceOf == model.Id);
            var further = model with { Id = $"{model.Id}:{number}", InstanceOf = model.Id, Loaded = false };
            server.Add(further);
            model = further;
        }
        var context = int.TryParse(Field(exchange, "context_length"), CultureInfo.InvariantCulture, out var wanted)
            ? wanted : model.ContextTokens;
        server.Replace(model = model with { ContextTokens = context });
        try
        {
            await server.LoadAsync(model, exchange);
        }
        catch (LoadFailedException e)
        {
            return (500, Error("model_load_failed", e.Message));
        }
        var loaded = new JsonObject
        {
            ["type"] = Kind(model), ["instance_id"] = model.Id, ["load_time_seconds"] = model.LoadDelay.TotalSeconds, ["status"] = "loaded",
        };
        if (Field(exchange, "echo_load_config") == "True")
        {
            loaded["load_config"] = new JsonObject { ["context_length"] = context };
        }
        return (200, loaded);
    }

    private static (int, JsonObject) Unload(Exchange exchange, ServerState server)
    {
        if (Field(exchange, "instance_id") is not { } id)
        {
            return (400, Error("invalid_request", "'instance_id' field is required"));
        }
        if (server.Find(id) is not { Loaded: true })
        {
            return (404, Error("model_not_found", $"No instance \"{id}\" is loaded."));
        }
        server.Unload(id);
        return (200, new JsonObject { ["instance_id"] = id });
    }

    private (int, JsonObject) Download(Exchange exchange, ServerState server)
    {
        var id = Field(exchange, "model");
        if (server.Find(id) is not { } model)
        {
            return (404, Error("model_not_found", $"Model \"{id}\" not found."));
        }
        if (model.Downloaded)
        {
            return (200, new JsonObject { ["status"] = "already_downloaded" });
        }
        var job = "job_" + Guid.NewGuid().ToString("n")[..10];
        lock (jobs)
        {
            jobs[job] = (model.Id, server.Options.Clock.GetTimestamp());
        }
        return (200, Status(job, server));
    }

    private (int, JsonObject) Progress(string job, ServerState server)
    {
        lock (jobs)
        {
            if (!jobs.ContainsKey(job))
            {
                return (404, Error("job_not_found", $"Job \"{job}\" not found."));
            }
        }
        return (200, Status(job, server));
    }

    private JsonObject Status(string job, ServerState server)
    {
        var share = Share(job, server);
        var status = new JsonObject
        {
            ["job_id"] = job, ["status"] = share < 1 ? "downloading" : "completed", ["total_size_bytes"] = SizeBytes,
            ["downloaded_bytes"] = (long)(SizeBytes * share), ["started_at"] = server.Options.Clock.GetUtcNow()
            .ToString("o", CultureInfo.InvariantCulture),
        };
        if (share < 1)
        {
            status["bytes_per_second"] = (long)(SizeBytes / Math.Max(0.001, server.Options.DownloadTime.TotalSeconds));
        }
        else
        {
            status["completed_at"] = server.Options.Clock.GetUtcNow().ToString("o", CultureInfo.InvariantCulture);
        }
        return status;
    }

    /// <summary>What has come whole by now is on the disk.</summary>
    private void Finish(ServerState server)
    {
        lock (jobs)
        {
            foreach (var (job, (model, _)) in jobs)
            {
                if (Share(job, server) >= 1 && server.Find(model) is { Downloaded: false })
                {
                    server.Downloaded(model);
                }
            }
        }
    }

    private double Share(string job, ServerState server)
    {
        lock (jobs)
        {
            var whole = server.Options.DownloadTime;
            return whole <= TimeSpan.Zero ? 1 : Math.Min(1, server.Options.Clock.GetElapsedTime(jobs[job].Started) / whole);
        }
    }

    private static JsonObject Error(string type, string message) =>
        new() { ["error"] = new JsonObject { ["type"] = type, ["message"] = message, ["code"] = type } };

    private static string? Field(Exchange exchange, string name) =>
        exchange.Record.Json is { } json && json.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static string Kind(SimulatedModel model) => model.Type == "llm" ? "llm" : "embedding";

    private static string Publisher(SimulatedModel model) =>
        model.Id.Contains('/', StringComparison.Ordinal) ? model.Id.Split('/')[0] : "lmstudio-community";
}
