using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assistant.Lsp.Protocol;

public sealed record RegistrationParams(IReadOnlyList<Registration> Registrations);

/// <summary>A capability that the server asks for after `initialize`.</summary>
public sealed record Registration(string Id, string Method, JsonElement? RegisterOptions = null);

public sealed record UnregistrationParams(
    [property: JsonPropertyName("unregisterations")] IReadOnlyList<Unregistration> Unregistrations);

public sealed record Unregistration(string Id, string Method);
