using Assistant.Routing;
using Microsoft.Extensions.AI;

namespace Assistant.Inference;

/// <summary>Names in the AdditionalProperties of a chat request and of its answer, beyond the standard options.</summary>
public static class ChatRequestOptions
{
    /// <summary>
    /// Request, <c>string</c>: the source of the prompt (a document, a conversation). The router prefers the model whose cache holds it.
    /// </summary>
    public const string Document = "document";

    /// <summary>Request, <c>bool</c>: the user does not wait for the answer, so the request queues behind all other classes.</summary>
    public const string Background = "background";

    /// <summary>Answer, <c>string</c>: the endpoint's name. <c>ModelId</c> holds the model.</summary>
    public const string Endpoint = "endpoint";

    /// <summary>Answer, <c>bool</c>: the request left the user's own machines.</summary>
    public const string LeftMachine = "leftMachine";

    /// <summary>Writes the route into the properties of an answer.</summary>
    internal static void Mark(AdditionalPropertiesDictionary properties, ModelRoute route) =>
        (properties[Endpoint], properties[LeftMachine]) = (route.Endpoint.Name, route.LeavesMachine);
}
