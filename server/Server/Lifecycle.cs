using Assistant.Lsp;
using Assistant.Lsp.Protocol;

namespace Assistant.Server;

/// <summary>
/// LSP 3.18 "Server lifecycle": which message may come when. Used by the read loop alone, so that it sees messages in arrival order.
/// </summary>
internal sealed class Lifecycle
{
    private enum Stage
    {
        New,
        Running,
        ShutDown,
    }

    private Stage stage = Stage.New;

    /// <summary>0 after `shutdown`, else 1: for `exit`, the end of stdin and the end of the parent alike.</summary>
    public int ExitCode => stage == Stage.ShutDown ? 0 : 1;

    /// <summary>Why this request cannot be taken now, or null.</summary>
    public RpcError? Refuse(string method) => stage switch
    {
        Stage.New when method != Methods.Initialize.Name => new(RpcErrorCodes.ServerNotInitialized, $"{method} came before initialize."),
        Stage.Running when method == Methods.Initialize.Name => new(RpcErrorCodes.InvalidRequest, "initialize was sent twice."),
        Stage.ShutDown => new(RpcErrorCodes.InvalidRequest, $"{method} came after shutdown."),
        _ => null,
    };

    /// <summary>Notifications before `initialize` and after `shutdown` are dropped.</summary>
    public bool TakesNotifications => stage == Stage.Running;

    public void Initialized() => stage = Stage.Running;

    public void ShutDown() => stage = Stage.ShutDown;
}
