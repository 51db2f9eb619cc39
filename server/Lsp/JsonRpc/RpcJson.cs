using System.Text.Json.Serialization;

namespace Assistant.Lsp.JsonRpc;

/// <summary>The JSON of the types that the connection itself reads and writes. Methods bring the JSON of their own types.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = RpcMessage.MaxDepth)]
[JsonSerializable(typeof(RpcError))]
[JsonSerializable(typeof(CancelParams))]
internal sealed partial class RpcJson : JsonSerializerContext;
