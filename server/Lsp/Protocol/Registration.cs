using System.Text.Json;

namespace Assistant.Lsp.Protocol;

public sealed record RegistrationParams(IReadOnlyList<Registration> Registrations);

/// <summary>A capability that the server asks for after `initialize`.</summary>
public sealed record Registration(string Id, string Method, JsonElement? RegisterOptions = null);
