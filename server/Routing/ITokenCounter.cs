using Assistant.ModelServers;
namespace Assistant.Routing;

/// <summary>Counts tokens by the model's own tokenizer.</summary>
internal interface ITokenCounter
{
    /// <summary>How many tokens a text is to a model that is loaded; null where the server does not say. One token is generated for it.</summary>
    /// <exception cref="ModelServerException">The model does not generate.</exception>
    Task<int?> CountTokensAsync(ModelRoute route, string text, CancellationToken token);
}
