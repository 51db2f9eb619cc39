using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Routing.Scheduling;

namespace Assistant.Inference.Fim;

/// <summary>Fills holes: raw completions from a formatted prompt, or a chat request for models without FIM.</summary>
public interface IFimClient
{
    /// <summary>
    /// Streams one answer; the last chunk carries <see cref="FimChunk.End"/>. Cancelling the token, or disposing the enumerator,
    /// closes the connection at once, before the first byte too.
    /// </summary>
    /// <exception cref="ModelServerException">The server refused, broke off, was silent for too long, or could not be reached.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; this is never a failure.</exception>
    IAsyncEnumerable<FimChunk> StreamAsync(ModelRoute route, FimRequest request, CancellationToken token);
}

/// <param name="Prompt">The whole prompt, markers included; not used where <paramref name="Chat"/> is given.</param>
/// <param name="Stops">Single special tokens only: mlx mistreats textual stops, so none is ever sent to it.</param>
/// <param name="Grammar">GBNF that the answer must follow; given only where <see cref="ModelRoute.Grammar"/> is true.</param>
/// <param name="Chat">The hole as a question, for <see cref="ModelRoute.ChatFallback"/>.</param>
/// <param name="Task">For the records.</param>
/// <param name="Lease">The right to send it; null only where nobody else asks the model (a check, a measurement).</param>
/// <param name="Attempts">
/// The budget of the query, from which the request's first attempt is taken already; null for a check or a measurement.
/// </param>
public sealed record FimRequest(
    string Prompt,
    IReadOnlyList<string> Stops,
    int MaxTokens,
    double Temperature,
    string? Grammar,
    ChatHole? Chat,
    ModelTask Task = ModelTask.Completion,
    SlotLease? Lease = null,
    AttemptBudget? Attempts = null);

/// <summary>
/// The hole as a chat: the answer is what the model writes between <c>&lt;COMPLETION&gt;</c> and <c>&lt;/COMPLETION&gt;</c>.
/// </summary>
public sealed record ChatHole(string System, string User);

/// <param name="Text">May be empty.</param>
/// <param name="End">Given with the last chunk only.</param>
public sealed record FimChunk(string Text, FimEnd? End);

/// <summary>How an answer ended, and what it cost as far as the server says.</summary>
/// <param name="FinishReason">
/// <c>stop</c> or <c>length</c>; <c>no-tag</c> where a chat model did not write the tags it was asked for.
/// </param>
/// <param name="PromptTokens">The whole prompt, cached tokens included.</param>
/// <param name="CachedTokens">Those of it that were not read again.</param>
/// <param name="TokensPerSecond">Of the answer.</param>
/// <param name="HungUp">The client closed the connection before the model had ended.</param>
public sealed record FimEnd(
    string FinishReason,
    int? PromptTokens,
    int? CachedTokens,
    int? CompletionTokens,
    double? TokensPerSecond,
    bool HungUp = false);
