using Assistant.ModelServers;
namespace Assistant.Routing;

/// <summary>Counts tokens with the model's own tokenizer.</summary>
internal interface ITokenCounter
{
    /// <summary>
    /// The number of tokens of a text for a loaded model; null if the server does not report it. The request generates one token.
    /// </summary>
    /// <exception cref="ModelServerException">The model does not generate.</exception>
    Task<int?> CountTokensAsync(ModelRoute route, string text, CancellationToken token);
}
