namespace Assistant.Routing;

/// <summary>How it stands with the model that answers, in words for people.</summary>
/// <param name="Endpoint">The endpoint's name; null where there is none.</param>
/// <param name="Model">The model's id; null where none is known.</param>
/// <param name="Message">One sentence: what is so. Holds the server's own words where it said any.</param>
/// <param name="Remedy">One sentence: what to do about it; empty where nothing is to be done.</param>
/// <param name="TimeToFirstTokenMs">Lower median of the recent answers, ms; null before the second, since the first reads a whole prompt.</param>
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

    /// <summary>The server is there, the models are not loaded, and nobody asked for one by name.</summary>
    NotLoaded,

    /// <summary>The server has no model that could answer, or not the one that was asked for.</summary>
    NoModel,

    /// <summary>A prompt did not fit into the loaded context, or hardly any would.</summary>
    ContextTooSmall,

    Busy,

    /// <summary>It takes requests and does not answer them.</summary>
    Wedged,

    /// <summary>It was there and cannot be reached.</summary>
    Down,

    Unauthorized,

    /// <summary>Something else answers at its address now.</summary>
    UnexpectedServer,

    /// <summary>No model server was found.</summary>
    NoEndpoint,
}
