using System.Text.Json;

namespace Assistant.Lsp.Protocol;

public sealed record ConfigurationParams(IReadOnlyList<ConfigurationItem> Items);

/// <param name="Section">As <c>assistant</c>; null means everything.</param>
public sealed record ConfigurationItem(string? Section = null, string? ScopeUri = null);

/// <param name="Settings">Null from clients that expect to be asked by `workspace/configuration`.</param>
public sealed record DidChangeConfigurationParams(JsonElement? Settings = null);
