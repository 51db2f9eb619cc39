using System.Text.Json.Serialization.Metadata;

namespace Assistant.Lsp.JsonRpc;

/// <summary>A method's name and the types on both sides of it, so that a call or a registration cannot mix them up.</summary>
public sealed record RequestMethod<TParams, TResult>(string Name, JsonTypeInfo<TParams> Params, JsonTypeInfo<TResult> Result);

/// <summary>As <see cref="RequestMethod{TParams,TResult}"/>, without an answer.</summary>
public sealed record NotificationMethod<TParams>(string Name, JsonTypeInfo<TParams> Params);
