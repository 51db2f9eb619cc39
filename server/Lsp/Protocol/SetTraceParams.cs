namespace Assistant.Lsp.Protocol;

/// <param name="Value"><c>off</c>, <c>messages</c> or <c>verbose</c>.</param>
public sealed record SetTraceParams(string Value);
