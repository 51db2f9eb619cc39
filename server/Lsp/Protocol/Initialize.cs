using System.Text.Json;
using System.Text.Json.Serialization;
using Assistant.Lsp.JsonRpc;

namespace Assistant.Lsp.Protocol;

/// <summary>LSP 3.18 "Initialize Request".</summary>
/// <param name="ProcessId">The process that started the server; the server ends with it. Null: the server follows no process.</param>
/// <param name="RootUri">Superseded by <paramref name="WorkspaceFolders"/>; older clients send only this.</param>
public sealed record InitializeParams(
    int? ProcessId = null,
    ClientInfo? ClientInfo = null,
    string? Locale = null,
    string? RootPath = null,
    string? RootUri = null,
    ClientCapabilities? Capabilities = null,
    [property: JsonConverter(typeof(InitializationOptionsConverter))] InitializationOptions? InitializationOptions = null,
    string? Trace = null,
    IReadOnlyList<WorkspaceFolder>? WorkspaceFolders = null,
    RpcId? WorkDoneToken = null) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Present.All(WorkspaceFolders);
}

/// <summary>Our own options, part of `initialize`.</summary>
/// <param name="Trusted">The workspace's code may be run. Null counts as true.</param>
/// <param name="Settings">The client's settings <c>assistant.*</c>.</param>
public sealed record InitializationOptions(bool? Trusted = null, JsonElement? Settings = null)
{
    /// <summary>The part of the received options that does not fit, for the log; not part of the message.</summary>
    [JsonIgnore]
    public string? Ignored { get; init; }
}

public sealed record ClientInfo(string Name, string? Version = null);

public sealed record InitializeResult(ServerCapabilities Capabilities, ServerInfo? ServerInfo = null);

public sealed record ServerInfo(string Name, string? Version = null);
