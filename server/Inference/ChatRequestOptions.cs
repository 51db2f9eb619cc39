using Assistant.Routing;
using Microsoft.Extensions.AI;

namespace Assistant.Inference;

/// <summary>What a request for a chat may say beyond the standard options, and what an answer says of its way.</summary>
public static class ChatRequestOptions
{
    /// <summary>Request, <c>string</c>: what the prompt is made from (a document, a conversation); it stays with the model that has read it.</summary>
    public const string Document = "document";

    /// <summary>Request, <c>bool</c>: nobody waits for it; it lets everything else go first.</summary>
    public const string Background = "background";

    /// <summary>Answer, <c>string</c>: the endpoint's name. The model stands in <c>ModelId</c>.</summary>
    public const string Endpoint = "endpoint";

    /// <summary>Answer, <c>bool</c>: what was sent left the user's own machines.</summary>
    public const string LeftMachine = "leftMachine";

    /// <summary>Says which way an answer came.</summary>
    internal static void Mark(AdditionalPropertiesDictionary properties, ModelRoute route) =>
        (properties[Endpoint], properties[LeftMachine]) = (route.Endpoint.Name, route.LeavesMachine);
}
