namespace Assistant.Routing;

/// <summary>The state of the model that answers, with texts for the user.</summary>
/// <param name="Endpoint">The endpoint's name; null without an endpoint.</param>
/// <param name="Model">The model's id; null if no model is known.</param>
/// <param name="Message">One sentence that describes the state. It includes the server's error message, if there is one.</param>
/// <param name="Remedy">One sentence that tells the user how to fix the state; empty if no action is needed.</param>
/// <param name="TimeToFirstTokenMs">
/// Lower median of the recent answers in ms; null before the second answer, since the first one reads a whole prompt.
/// </param>
public sealed record ModelStatus(
    ModelState State,
    string? Endpoint,
    string? Model,
    string Message,
    string Remedy,
    double? TimeToFirstTokenMs);

public enum ModelState
{
    Up,

    /// <summary>The server is loading the model.</summary>
    Loading,

    /// <summary>The server answers, no suitable model is loaded, and the user named none.</summary>
    NotLoaded,

    /// <summary>The server has no suitable model, or lacks the one that the user named.</summary>
    NoModel,

    /// <summary>A prompt did not fit into the loaded context, or the context is too small for most prompts.</summary>
    ContextTooSmall,

    Busy,

    /// <summary>The server accepts requests and does not answer them.</summary>
    Wedged,

    /// <summary>The server answered before and cannot be reached now.</summary>
    Down,

    Unauthorized,

    /// <summary>Another program answers at the server's address now.</summary>
    UnexpectedServer,

    /// <summary>No model server was found.</summary>
    NoEndpoint,
}
