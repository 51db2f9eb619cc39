using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ModelServerSimulator;

/// <summary>
/// A cloud that speaks OpenAI's protocol strictly: no request without a key, no field that it does not know, no more than four stops,
/// <c>max_completion_tokens</c> for models that think, chat models only for chats. Its list tells nothing but names.
/// </summary>
internal sealed partial class OpenAi : OpenAiShapes
{
    /// <summary>The key that it takes if the options name none.</summary>
    public const string Key = "sk-simulated";

    public override SimulatedModel DefaultModel { get; } =
        new("gpt-5-mini", "none") { ContextTokens = 128_000, MaxContextTokens = 128_000, Slots = 64 };

    public override IReadOnlyList<SimulatedModel> DefaultModels =>
        [DefaultModel, new("text-embedding-3-small") { ContextTokens = 8191, MaxContextTokens = 8191, Slots = 64 }];

    public override string? RequiredKey => Key;

    protected override IEnumerable<string> Headers =>
        [$"Date: {Date}", "Server: cloudflare", "x-request-id: req_" + Guid.NewGuid().ToString("n"), "openai-version: 2020-10-01"];

    protected override string StreamType => "text/event-stream; charset=utf-8";

    protected override string Fingerprint => "fp_44709d6fcb";

    public override async Task RouteAsync(Exchange exchange, ServerState server)
    {
        var known = (exchange.Request.Method, exchange.Request.Path.Split('?')[0]) is ("GET", "/v1/models");
        var body = known
            ? WireJson.Compact(new JsonObject
            {
                ["object"] = "list",
                ["data"] = new JsonArray([.. server.Models.Select(model =>
                    (JsonNode)new JsonObject { ["id"] = model.Id, ["object"] = "model", ["created"] = 1_754_000_000,
                        ["owned_by"] = "openai" })]),
            })
            : Error(404, $"Invalid URL ({exchange.Request.Method} {exchange.Request.Path})");
        await exchange.ReplyAsync(JsonHead(exchange.Request, known ? 200 : 404, body), body);
    }

    public override Refusal? Refuse(HttpRequest http, CompletionRequest? request, ServerState server)
    {
        if (base.Refuse(http, request, server) is { } wrong)
        {
            return wrong;
        }
        if (Unknown(request!) is { } field)
        {
            return new Refusal(400, Coded($"Unknown parameter: '{field}'.", "invalid_request_error", field, "unknown_parameter"));
        }
        if (request!.Stops.Count > 4)
        {
            return new Refusal(400, Coded("Invalid 'stop': array too long. Expected an array with maximum length 4, "
                + $"but got an array with length {request.Stops.Count} instead.",
                "invalid_request_error", "stop", "array_above_max_length"));
        }
        if (request.Field("max_tokens") is not null && Thinks().IsMatch(request.Model ?? ""))
        {
            return new Refusal(400,
                Coded("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                "invalid_request_error", "max_tokens", "unsupported_parameter"));
        }
        return !request.Chat && server.Find(request.Model) is { FimFormat: "none" }
            ? new Refusal(404,
                Coded("This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?",
                "invalid_request_error", "model", null))
            : null;
    }

    protected override Refusal NoModel(string? id) => new(404, Coded(
        $"The model `{id}` does not exist or you do not have access to it.", "invalid_request_error", null, "model_not_found"));

    protected override Refusal OtherType(SimulatedModel model) => new(400, Coded(
        $"The model `{model.Id}` cannot be used with this endpoint.", "invalid_request_error", "model", null));

    public override string Error(int status, string message) => Coded(message, status switch
    {
        429 => "requests",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    }, null, status switch { 401 => "invalid_api_key", 429 => "rate_limit_exceeded", _ => null });

    public override Refusal WrongKey(bool given) => new(401, Error(401, given
        ? "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys."
        : "You didn't provide an API key. "
            + "You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."));

    public override Refusal TooLong(int promptTokens, SimulatedModel model) => new(400, Coded(
        $"This model's maximum context length is {model.ContextTokens} tokens. "
            + $"However, your messages resulted in {promptTokens} tokens. Please reduce the length of the messages.",
        "invalid_request_error", "messages", "context_length_exceeded"));

    public override string ErrorInStream(CompletionRequest request, string message) => Shapes.Event(Error(500, message));

    [GeneratedRegex("^(o[0-9]|gpt-5)")]
    private static partial Regex Thinks();
}
