using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Routing.Scheduling;

namespace Assistant.Inference.Fim;

/// <summary>Fills holes: raw completions from a formatted prompt, or a chat request for models without FIM.</summary>
public interface IFimClient
{
    /// <summary>
    /// Streams one answer; the last chunk carries <see cref="FimChunk.End"/>. A cancel of the token or disposal of the enumerator closes
    /// the connection at once, even before the first byte.
    /// </summary>
    /// <exception cref="ModelServerException">
    /// The server refused the request, ended the stream early, sent nothing for too long, or could not be reached.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IAsyncEnumerable<FimChunk> StreamAsync(ModelRoute route, FimRequest request, CancellationToken token);
}

/// <param name="Prompt">The whole prompt, markers included; ignored if <paramref name="Chat"/> is set.</param>
/// <param name="Stops">Single special tokens only: mlx mishandles textual stops.</param>
/// <param name="Grammar">GBNF of the answer; set only if <see cref="ModelRoute.Grammar"/> is true.</param>
/// <param name="Chat">The hole as a chat prompt, for <see cref="ModelRoute.ChatFallback"/>.</param>
/// <param name="Task">The task of the request's record.</param>
/// <param name="Lease">The scheduler's permission to send; null for a check or a measurement without competing requests.</param>
/// <param name="Attempts">
/// The query's budget, after the request's first attempt was taken; null for a check or a measurement.
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
/// The hole as a chat prompt: the answer is the model's text between <c>&lt;COMPLETION&gt;</c> and <c>&lt;/COMPLETION&gt;</c>.
/// </summary>
public sealed record ChatHole(string System, string User);

/// <param name="Text">The next text; may be empty.</param>
/// <param name="End">Set in the last chunk only.</param>
public sealed record FimChunk(string Text, FimEnd? End);

/// <summary>The end of an answer, with the figures that the server reports.</summary>
/// <param name="FinishReason">
/// <c>stop</c> or <c>length</c>; <c>no-tag</c> if a chat model did not write the tags of the prompt.
/// </param>
/// <param name="PromptTokens">Tokens of the whole prompt, cached tokens included.</param>
/// <param name="CachedTokens">Tokens of the prompt that the server took from its cache.</param>
/// <param name="TokensPerSecond">Generation speed of the answer.</param>
/// <param name="HungUp">The client closed the connection before the end of the answer.</param>
public sealed record FimEnd(
    string FinishReason,
    int? PromptTokens,
    int? CachedTokens,
    int? CompletionTokens,
    double? TokensPerSecond,
    bool HungUp = false);
