namespace ModelServerSimulator;

/// <summary>
/// What can be wrong with a model server; the list is closed, and each has been seen or reported on a real one, but for what has no end:
/// that is what a broken one, or another program on its port, may come to.
/// </summary>
public enum Fault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>
    /// Completions never answer and running streams go silent, all sockets stay open, while health and model list answer as ever
    /// (mlx_lm.server after an exception while it generates).
    /// </summary>
    Wedge,

    /// <summary>
    /// Every completion is a 404 <c>generation thread died</c> and health a 503 (mlx_lm.server 0.32.2 after the same exception).
    /// </summary>
    DeadGenerationThread,

    /// <summary>
    /// After some tokens an error comes as the server writes it in mid-stream, and the stream ends without <c>[DONE]</c>.
    /// </summary>
    ErrorInStream,

    /// <summary>After some tokens the stream ends in good order, without <c>finish_reason</c> and without <c>[DONE]</c>.</summary>
    EndWithoutDone,

    /// <summary>After some tokens the connection is reset.</summary>
    ResetInStream,

    /// <summary>The connection is reset before a byte is sent.</summary>
    ResetBeforeHead,

    /// <summary>
    /// The connection is closed in good order before a byte is sent (mlx_lm.server up to 0.32.0, when a parameter is wrong).
    /// </summary>
    ZeroByteClose,

    /// <summary>400 with an <c>error</c> that is a string.</summary>
    StringError,

    /// <summary>200 with an <c>error</c>, as LM Studio answers a route that it does not know.</summary>
    UnexpectedEndpoint,

    /// <summary>401, as the profile answers without its key.</summary>
    Unauthorized,

    /// <summary>503 on every route, as llama-server answers while it loads.</summary>
    Loading,

    /// <summary>400 <c>No models loaded</c> for completions, and nothing counts as loaded in the lists.</summary>
    NoModelsLoaded,

    /// <summary>Every prompt is too long; the shape is <see cref="SimulatorOptions.Overflow"/>.</summary>
    ContextOverflow,

    /// <summary>A request that holds a null anywhere is refused as mlx_lm.server refuses it.</summary>
    RejectNulls,

    /// <summary>A request without <c>Content-Length</c> is a 411, as on mlx_lm.server.</summary>
    LengthRequired,

    /// <summary>What answers on the port does not speak HTTP.</summary>
    NotHttp,

    /// <summary>Another program has the port: a web server that has a page for everything.</summary>
    OtherServer,

    /// <summary>The last chunk, or the whole reply, holds a <c>finish_reason</c> of null.</summary>
    FinishReasonMissing,

    /// <summary>The last chunk, or the whole reply, holds a <c>finish_reason</c> that no specification knows.</summary>
    FinishReasonUnknown,

    /// <summary>200, well formed, no text at all, <c>finish_reason</c> stop.</summary>
    EmptyContent,

    /// <summary>
    /// The whole answer stands under the name for thoughts, and the content is empty (LM Studio: structured output of models that think).
    /// </summary>
    ContentInReasoning,

    /// <summary>The chat template fails: an error of its own, or after 200 the only event of the stream (LM Studio).</summary>
    TemplateError,

    /// <summary>200 with an object under <c>error</c> for whatever makes a model work.</summary>
    ErrorIn200,

    /// <summary>The server has more to do than it takes: 503, or what the profile says (Ollama's queue).</summary>
    ServerBusy,

    /// <summary>429 with <c>Retry-After</c> (clouds).</summary>
    RateLimited,

    /// <summary>The model is there and cannot be loaded; mlx tells it with a 404 and has no model left.</summary>
    LoadFails,

    /// <summary>
    /// After some tokens the model is unloaded under the generation, which ends as the server tells it (LM Studio: <c>Model unloaded</c>).
    /// </summary>
    ModelUnloaded,

    /// <summary>After some tokens nothing more comes and the socket stays open, while everything else goes on.</summary>
    SilentInStream,

    /// <summary>After some tokens a data line is cut off and the stream ends.</summary>
    BrokenJson,

    /// <summary>Comments, empty data, empty deltas, other spellings of line ends, a fraction as date: all of it harmless.</summary>
    OddChunks,

    /// <summary>The model list is 200 without a body (mlx_lm.server where the hub's cache folder does not exist).</summary>
    EmptyModelList,

    /// <summary>Whatever is asked, the head of the reply has no end.</summary>
    EndlessHead,

    /// <summary>A stream is opened, and in it come comments, or empty lines where it is lines of JSON, and never an event.</summary>
    EndlessComments,

    /// <summary>A stream gives tokens without text, however many were asked for (a small model that repeats itself).</summary>
    EndlessBlanks,

    /// <summary>The first event of a stream has no end.</summary>
    EndlessEvent,
}

/// <summary>How a server tells that the prompt does not fit its context.</summary>
public enum OverflowShape
{
    /// <summary>As the profile does it by itself.</summary>
    OfProfile,

    /// <summary>
    /// 200, one <c>event: error</c>, then the end (LM Studio 0.4 with MLX); without a stream it is <see cref="StringError"/>.
    /// </summary>
    ErrorEvent,

    /// <summary>400 with a string under <c>error</c> (LM Studio with GGUF).</summary>
    StringError,

    /// <summary>200, a well-formed reply without text (LM Studio with GGUF, streamed).</summary>
    Empty,

    /// <summary>The prompt is cut without a word and the answer is garbage (LM Studio's truncation policies).</summary>
    Truncated,

    /// <summary>400 with <c>exceed_context_size_error</c>, also for a stream (llama-server).</summary>
    ErrorObject,
}
