using Assistant.Settings;

namespace Assistant.ModelServers;

/// <summary>The messages of the faults for users: the fact, and the remedy.</summary>
internal static class ModelServerErrors
{
    public static ModelServerException Down(EndpointSettings endpoint, string words, Exception? inner = null) => new(
        ModelFault.Down,
        $"{endpoint.Name} cannot be reached: {words}",
        $"Start the model server at {Address(endpoint)}; it is found again by itself.",
        inner);

    /// <summary>The endpoint's connections were closed during a request, because the settings changed or the session ends.</summary>
    public static ModelServerException EndpointClosed(EndpointSettings endpoint, Exception inner) =>
        Down(endpoint, "the settings do not name it any more.", inner);

    /// <summary>The circuit breaker is open after failures.</summary>
    /// <param name="pause">The time until the circuit breaker lets the next request through; null if it is unknown.</param>
    public static ModelServerException CircuitOpen(EndpointSettings endpoint, TimeSpan? pause, Exception inner)
    {
        var when = pause is { } rest && rest > TimeSpan.Zero ? $"in {rest.TotalSeconds:0} s" : "soon";
        return new ModelServerException(
            ModelFault.Down,
            $"{endpoint.Name} did not answer a moment ago and is asked again {when}.",
            $"Start the model server at {Address(endpoint)}, or restart it if it hangs.",
            inner);
    }

    public static ModelServerException ConnectionBroken(EndpointSettings endpoint, Exception inner) => new(
        ModelFault.Down,
        $"{endpoint.Name} broke the connection off: {inner.Message}",
        $"Look whether the model server at {Address(endpoint)} still runs; it is found again by itself.",
        inner);

    public static ModelServerException NoFirstByte(EndpointSettings endpoint, TimeSpan waited) => new(
        ModelFault.NoFirstByte,
        $"{endpoint.Name} took a request and gave no first byte in {Seconds(waited)} (NoFirstByte).",
        "Restart the model server if it stays so; if it is only slow, set a longer firstByteTimeout for the endpoint.");

    public static ModelServerException Idle(EndpointSettings endpoint) => new(
        ModelFault.Idle,
        $"{endpoint.Name} fell silent in mid-answer for {Seconds(endpoint.IdleTimeout)} (Idle).",
        "Restart the model server if it stays so; if it is only slow, set a longer idleTimeout for the endpoint.");

    /// <summary>The reply to a question about the server itself began and does not end.</summary>
    public static ModelServerException EndlessAnswer(EndpointSettings endpoint, TimeSpan waited) => new(
        ModelFault.Idle,
        $"{endpoint.Name} began to answer a question about itself and did not finish in {Seconds(waited)} (Idle).",
        "Restart the model server if it stays so.");

    /// <summary>The server sends keep-alive bytes and no part of the answer.</summary>
    /// <param name="begun">True if a part of the answer had arrived.</param>
    public static ModelServerException NoProgress(EndpointSettings endpoint, TimeSpan waited, bool begun)
    {
        var fault = begun ? ModelFault.Idle : ModelFault.NoFirstByte;
        return new ModelServerException(
            fault,
            $"{endpoint.Name} keeps its answer open and has sent nothing of it in {Seconds(waited)} ({fault}).",
            "Restart the model server if it stays so; if it is only slow, set a longer loadTimeout for the endpoint.");
    }

    /// <summary>The stream holds only empty or blank texts, many more than the requested tokens.</summary>
    public static ModelServerException OnlyBlanks(EndpointSettings endpoint, int chunks, int maxTokens) => new(
        ModelFault.Idle,
        $"{endpoint.Name} was asked for {maxTokens} tokens at most, and has sent {chunks} chunks with nothing but blanks in them "
            + "and no end (Idle).",
        "Restart the model server if it stays so, or load another model.");

    public static ModelServerException CutShort(EndpointSettings endpoint) => new(
        ModelFault.CutShort,
        $"{endpoint.Name} ended its answer without saying that it was done (CutShort).",
        "Look into the model server's log; the next request is tried as usual.");

    /// <summary>The finish reason is a tool call, and the answer holds no call.</summary>
    public static ModelServerException ToolCallLost(EndpointSettings endpoint) => Of(
        endpoint,
        ModelFault.Refused,
        $"{endpoint.Name} said that the model calls a tool, and none came: it could not read the call (ToolCallLost).");

    public static ModelServerException ZeroByteClose(EndpointSettings endpoint, Exception inner) => new(
        ModelFault.Down,
        $"{endpoint.Name} closed the connection without an answer (zero-byte close).",
        $"Look whether the model server at {Address(endpoint)} still runs, and into its log; it is found again by itself.",
        inner);

    /// <param name="found">A noun phrase: the kind of server, or the answer, that the address returned.</param>
    public static ModelServerException UnexpectedServer(EndpointSettings endpoint, string found) => new(
        ModelFault.UnexpectedServer,
        $"{endpoint.Name} at {Address(endpoint)} does not answer as expected: {found} (UnexpectedServer).",
        "Look which program uses this port, start the model server again, or change the endpoint's baseUrl or kind.");

    public static ModelServerException UnreadableAnswer(EndpointSettings endpoint, Exception inner) => new(
        ModelFault.UnexpectedServer,
        $"{endpoint.Name} gave an answer that cannot be read: {inner.Message} (UnexpectedServer).",
        $"Look into the log of the model server at {Address(endpoint)}, and whether the endpoint's kind fits it.",
        inner);

    public static ModelServerException RemoteNotAllowed(EndpointSettings endpoint) => new(
        ModelFault.RemoteNotAllowed,
        $"{Remote(endpoint)}, and privacy.allowRemote does not name it (RemoteNotAllowed). Nothing was sent.",
        $"Add \"{endpoint.Name}\" to privacy.allowRemote in your own settings, "
            + "or set \"local\": true at the endpoint if it is a machine of yours.");

    public static ModelServerException SecretFound(EndpointSettings endpoint, string kind, string place) => new(
        ModelFault.SecretFound,
        $"The request to {endpoint.Name} holds {kind} ({place}; SecretFound). Nothing was sent.",
        "Take the secret out of the file, name the file in completion.excludedFiles, or use a model on this machine.");

    public static ModelServerException NotAudited(EndpointSettings endpoint, string trouble) => new(
        ModelFault.NotAudited,
        $"{Remote(endpoint)}, and the request cannot be written into the audit log: {trouble} (NotAudited). Nothing was sent.",
        "Make room on the disk or let the file be written, or name another place in records.folder; "
            + "with \"records.enabled\": false nothing is written down, and it is sent.");

    /// <summary>An answer broke off after its beginning was shown.</summary>
    public static ModelServerException Incomplete(ModelServerException failure, string arrived) => new(
        failure.Fault, $"{failure.Message} The answer is incomplete.", failure.Remedy, failure)
    {
        Arrived = arrived,
        Refusal = failure.Refusal,
    };

    /// <summary>
    /// An empty answer to a prompt that filled the context. The server reports no overflow, but hardly anything else explains it.
    /// </summary>
    public static ModelServerException SuspectedOverflow(EndpointSettings endpoint, int contextTokens) => Of(
        endpoint,
        ModelFault.ContextOverflow,
        $"{endpoint.Name} answered nothing to a prompt that fills its context of {contextTokens} tokens (ContextOverflow).");

    /// <summary>A fault with its usual remedy.</summary>
    /// <param name="refusal">The server's refusal; null if this process found the fault.</param>
    public static ModelServerException Of(EndpointSettings endpoint, ModelFault fault, string message, ServerRefusal? refusal = null) =>
        new(fault, message, Remedy(fault, endpoint)) { Refusal = refusal };

    private static string Remedy(ModelFault fault, EndpointSettings endpoint) => fault switch
    {
        ModelFault.Loading => "Wait until the model is loaded; suggestions begin by themselves.",
        ModelFault.NoModelLoaded =>
            "Load a model in the model server, or name one in the setting completion.model so that it may be loaded by use.",
        ModelFault.ModelNotFound =>
            "Choose a model that the server has: see the command that picks a model, or the setting completion.model.",
        ModelFault.LoadFailed => "Load a smaller model, or free memory and load it again in the model server.",
        ModelFault.ContextOverflow => "Load the model with a larger context; 8,192 tokens are enough.",
        ModelFault.Unauthorized =>
            $"Put the server's token into an environment variable and name it in the endpoint's apiKeyVariable ({endpoint.Name}).",
        ModelFault.GeneratorDied => "Restart the model server: its generator is dead although it still answers.",
        ModelFault.Busy => "Wait, or let the model server take more requests at a time.",
        _ => "Look into the model server's log for the reason.",
    };

    private static string Remote(EndpointSettings endpoint) => $"{endpoint.Name} ({endpoint.BaseUrl.Host}) is not on this machine";

    // User, password and query are left out: they may hold secrets.
    private static string Address(EndpointSettings endpoint) =>
        endpoint.BaseUrl.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    private static string Seconds(TimeSpan time) => time.TotalSeconds >= 1 ? $"{time.TotalSeconds:0} s" : $"{time.TotalMilliseconds:0} ms";
}
