using System.Text.Json;
using Assistant.Lsp.JsonRpc;

namespace Assistant.Lsp.Protocol;

/// <param name="Token">A request's workDoneToken or partialResultToken, or the token of a `window/workDoneProgress/create`.</param>
/// <param name="Value">A <see cref="WorkDoneProgressValue"/> or a part of the request's result.</param>
public sealed record ProgressParams(RpcId Token, JsonElement Value);

/// <summary>LSP's WorkDoneProgressBegin, Report and End in one.</summary>
/// <param name="Kind"><c>begin</c>, <c>report</c> or <c>end</c>.</param>
/// <param name="Percentage">0 to 100, not decreasing; only where `begin` had one.</param>
public sealed record WorkDoneProgressValue(
    string Kind,
    string? Title = null,
    bool? Cancellable = null,
    string? Message = null,
    int? Percentage = null);

public sealed record WorkDoneProgressCreateParams(RpcId Token);

public sealed record WorkDoneProgressCancelParams(RpcId Token);
