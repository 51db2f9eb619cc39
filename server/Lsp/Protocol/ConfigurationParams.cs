using System.Text.Json;

namespace Assistant.Lsp.Protocol;

public sealed record ConfigurationParams(IReadOnlyList<ConfigurationItem> Items);

/// <param name="Section">A section such as <c>assistant</c>; null means everything.</param>
public sealed record ConfigurationItem(string? Section = null, string? ScopeUri = null);

/// <param name="Settings">Null from clients that expect a `workspace/configuration` request.</param>
public sealed record DidChangeConfigurationParams(JsonElement? Settings = null);
