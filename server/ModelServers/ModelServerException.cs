namespace Assistant.ModelServers;

/// <summary>
/// A request to a model server failed. The message quotes the server or names the fault, and is for users: code reads the fault and the
/// refusal.
/// </summary>
public sealed class ModelServerException(ModelFault fault, string message, string remedy, Exception? inner = null)
    : Exception(message, inner)
{
    public ModelFault Fault { get; } = fault;

    /// <summary>The remedy, in one sentence for users.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>The server's refusal; null if this process found the fault.</summary>
    public ServerRefusal? Refusal { get; init; }

    /// <summary>The text of a broken answer up to the break; null if none had arrived.</summary>
    public string? Arrived { get; init; }
}

public enum ModelFault
{
    /// <summary>The server refused or reset the connection, was unreachable, or is skipped after such a failure a moment ago.</summary>
    Down,

    /// <summary>No first byte arrived within the timeout.</summary>
    NoFirstByte,

    /// <summary>The stream fell silent, or goes on without content.</summary>
    Idle,

    /// <summary>The stream ended without an end marker.</summary>
    CutShort,

    /// <summary>The server reports that its generator is dead (mlx: "generation thread died").</summary>
    GeneratorDied,

    Loading,
    NoModelLoaded,
    ModelNotFound,
    LoadFailed,
    ContextOverflow,
    Unauthorized,
    Busy,

    /// <summary>Another program answers at the address, or another model server than before.</summary>
    UnexpectedServer,

    /// <summary>The server refused the request itself, or reported any other error.</summary>
    Refused,

    /// <summary>Found here: the endpoint is remote and <c>privacy.allowRemote</c> does not name it. Nothing was sent.</summary>
    RemoteNotAllowed,

    /// <summary>Found here: a request to another machine holds a secret. Nothing was sent.</summary>
    SecretFound,

    /// <summary>Found here: the audit log could not record a request to another machine. Nothing was sent.</summary>
    NotAudited,
}
