using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;

namespace Assistant.Server;

/// <summary>
/// The messages that may come at each stage of LSP 3.18's "Server lifecycle". Only the read loop uses it, so it sees messages in the order
/// of their arrival.
/// </summary>
internal sealed class ServerLifecycle
{
    private enum Stage
    {
        New,
        Running,
        ShutDown,
    }

    private Stage stage = Stage.New;

    /// <summary>0 after `shutdown`, else 1: the same for `exit`, the end of stdin and the end of the parent.</summary>
    public int ExitCode => stage == Stage.ShutDown ? 0 : 1;

    /// <summary>The reason why this request is refused now, or null.</summary>
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
