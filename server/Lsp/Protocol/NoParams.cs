namespace Assistant.Lsp.Protocol;

/// <summary>The params of methods without params. Fields that a client sends are ignored.</summary>
public sealed record NoParams;
