using System.Text.Json;
using System.Text.Json.Serialization;
using Assistant.Families;
using Assistant.ModelManagement;
using Assistant.ModelServers;
using Assistant.ModelServers.Discovery;
using Assistant.Routing;
using Assistant.Settings;

namespace Assistant.Cli;

/// <summary>The output of <c>assistant models --json</c>; scripts rely on the names.</summary>
/// <param name="Found">Model servers that answer and are not configured.</param>
/// <param name="Place">The host environment, if it hides the user's own model server (a container, WSL, SSH); else null.</param>
/// <param name="Why">The router's choice for <c>--why</c>; else null.</param>
internal sealed record ModelsReport(
    IReadOnlyList<ReportedEndpoint> Endpoints, IReadOnlyList<ReportedServer> Found, ReportedPlace? Place, ReportedChoice? Why)
{
    public static ModelsReport Of(
        IReadOnlyList<ManagedEndpoint> endpoints,
        IReadOnlyList<FoundServer> found,
        HostEnvironment place,
        ModelTask? task,
        RouteAnswer? answer) => new(
        [
            .. endpoints.Select(endpoint => new ReportedEndpoint(
                endpoint.Endpoint.Name,
                Address(endpoint.Endpoint.BaseUrl),
                Kind(endpoint.Kind),
                endpoint.Endpoint.Local,
                endpoint.Endpoint.MayBeSentCode,
                endpoint.Endpoint.Discovered,
                endpoint.Failure is { } failure ? new ReportedError(failure.Fault.ToString(), failure.Message, failure.Remedy) : null,
                [.. endpoint.Models.Select(ReportedModel.Of)])),
        ],
        [
            .. found.Select(server => new ReportedServer(
                Address(server.BaseUrl),
                server.NeedsKey ? null : Kind(server.Kind),
                server.NeedsKey,
                [.. server.Models.Select(model => model.Id)])),
        ],
        place.Remedy.Length > 0 ? new ReportedPlace(place.Kind.ToString(), place.Description, place.Remedy) : null,
        answer is null ? null : new ReportedChoice(
            CamelCase(task!), answer.Route?.Endpoint.Name, answer.Route?.ModelId, answer.Status.Message, answer.Status.Remedy, answer.Why));

    internal static string CamelCase(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string? Kind(EndpointKind? kind) => kind?.ToString().ToLowerInvariant();

    // Without user name and password.
    private static string Address(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}

/// <param name="Kind">The server software; null if no known server answers.</param>
/// <param name="MayBeSentCode">True if it is local or <c>privacy.allowRemote</c> names it.</param>
/// <param name="Discovered">True for a default port that is not configured.</param>
internal sealed record ReportedEndpoint(
    string Name,
    string BaseUrl,
    string? Kind,
    bool Local,
    bool MayBeSentCode,
    bool Discovered,
    ReportedError? Error,
    IReadOnlyList<ReportedModel> Models);

internal sealed record ReportedError(string Fault, string Message, string Remedy);

/// <param name="State"><c>loaded</c>, <c>loading</c>, <c>notLoaded</c> or <c>unknown</c>.</param>
/// <param name="Context">Tokens, as loaded.</param>
/// <param name="Abilities">Such as <c>chat</c>, <c>tools</c>, <c>fim</c>.</param>
internal sealed record ReportedModel(
    string Id,
    string Family,
    string Type,
    string State,
    int? Context,
    int? MaxContext,
    string? Quantization,
    int? Slots,
    IReadOnlyList<string> Abilities)
{
    public static ReportedModel Of(ManagedModel model) => new(
        model.Id,
        model.Family,
        ModelsReport.CamelCase(model.Type),
        ModelsReport.CamelCase(model.State),
        model.LoadedContextTokens,
        model.MaxContextTokens,
        model.Quantization,
        model.Slots,
        [
            .. Enum.GetValues<ModelAbilities>()
                .Where(one => one != ModelAbilities.None && model.Abilities.HasFlag(one))
                .Select(one => ModelsReport.CamelCase(one)),
        ]);
}

/// <param name="Kind">Null if the server demands a key first.</param>
internal sealed record ReportedServer(string BaseUrl, string? Kind, bool NeedsKey, IReadOnlyList<string> Models);

internal sealed record ReportedPlace(string Kind, string Told, string Remedy);

internal sealed record ReportedChoice(
    string Task, string? Endpoint, string? Model, string Message, string Remedy, IReadOnlyList<string> Why);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelsReport))]
internal sealed partial class ModelsJson : JsonSerializerContext;
