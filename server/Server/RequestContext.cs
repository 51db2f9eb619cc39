using Assistant.Lsp;
using Assistant.Lsp.JsonRpc;

namespace Assistant.Server;

/// <summary>The circumstances of a request, for its handler.</summary>
/// <param name="Id">The request's id, for logs.</param>
/// <param name="Client">For progress, partial results and messages.</param>
/// <param name="Arrived">The clock's timestamp when the request was read; <c>clock.GetElapsedTime</c> gives its age.</param>
public sealed record RequestContext(RpcId Id, LspClient Client, long Arrived);
