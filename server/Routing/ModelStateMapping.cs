using Assistant.ModelServers;
namespace Assistant.Routing;

/// <summary>Maps a fault to the endpoint's state, and a state to the fault of a request that found no model.</summary>
internal static class ModelStateMapping
{
    /// <summary>The failure of a request without a route, with the status's texts.</summary>
    public static ModelServerException NoRoute(ModelStatus status) => new(FaultOf(status.State), status.Message, status.Remedy);

    /// <summary>The endpoint's state after a fault; null if the fault does not concern the endpoint.</summary>
    public static ModelState? StateAfter(ModelFault fault) => fault switch
    {
        ModelFault.Down => ModelState.Down,
        ModelFault.NoFirstByte or ModelFault.Idle or ModelFault.GeneratorDied => ModelState.Wedged,
        ModelFault.Loading => ModelState.Loading,
        ModelFault.NoModelLoaded or ModelFault.LoadFailed => ModelState.NotLoaded,
        ModelFault.ModelNotFound => ModelState.NoModel,
        ModelFault.ContextOverflow => ModelState.ContextTooSmall,
        ModelFault.Unauthorized => ModelState.Unauthorized,
        ModelFault.Busy => ModelState.Busy,
        ModelFault.UnexpectedServer => ModelState.UnexpectedServer,
        _ => null,
    };

    private static ModelFault FaultOf(ModelState state) => state switch
    {
        ModelState.Loading => ModelFault.Loading,
        ModelState.NotLoaded => ModelFault.NoModelLoaded,
        ModelState.NoModel => ModelFault.ModelNotFound,
        ModelState.ContextTooSmall => ModelFault.ContextOverflow,
        ModelState.Busy => ModelFault.Busy,
        ModelState.Wedged => ModelFault.NoFirstByte,
        ModelState.Unauthorized => ModelFault.Unauthorized,
        ModelState.UnexpectedServer => ModelFault.UnexpectedServer,
        _ => ModelFault.Down,
    };
}
