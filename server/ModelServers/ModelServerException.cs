namespace Assistant.ModelServers;

/// <summary>
/// A model server failed at a request. The message holds the server's own words, or the fault's name, and is for people: code looks at the
/// fault and the refusal. The remedy is one sentence.
/// </summary>
public sealed class ModelServerException(ModelFault fault, string message, string remedy, Exception? inner = null)
    : Exception(message, inner)
{
    public ModelFault Fault { get; } = fault;

    /// <summary>The remedy, in one sentence for people.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>The server's refusal; null where the fault was found on this side.</summary>
    public ServerRefusal? Refusal { get; init; }

    /// <summary>The text of a broken answer that had arrived; null where none had.</summary>
    public string? Arrived { get; init; }
}

public enum ModelFault
{
    /// <summary>Refused, reset or unreachable before anything was answered; or not asked, since it was so a moment ago.</summary>
    Down,

    /// <summary>Nothing of an answer within its time.</summary>
    NoFirstByte,

    /// <summary>A stream that fell silent, or goes on and says nothing.</summary>
    Idle,

    /// <summary>A stream that ended without saying so.</summary>
    CutShort,

    /// <summary>The server says that its generator is dead (mlx: "generation thread died").</summary>
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

    /// <summary>The request itself was refused, or failed in another way that the server put into words.</summary>
    Refused,

    /// <summary>Ours: the endpoint is not on this machine and <c>privacy.allowRemote</c> does not name it. Nothing was sent.</summary>
    RemoteNotAllowed,

    /// <summary>Ours: what would leave the machine holds a secret. Nothing was sent.</summary>
    SecretFound,

    /// <summary>Ours: what would leave the machine could not be written into the audit log. Nothing was sent.</summary>
    NotAudited,
}
