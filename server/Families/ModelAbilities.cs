namespace Assistant.Families;

/// <summary>The abilities of a model on its server. The server's statements take precedence over the family's row.</summary>
[Flags]
public enum ModelAbilities
{
    None = 0,

    /// <summary>The model follows instructions.</summary>
    Chat = 1,

    /// <summary>The model calls tools natively, and the server supports that.</summary>
    Tools = 2,

    /// <summary>The model fills holes in raw text.</summary>
    Fim = 4,

    /// <summary>The model thinks before it answers, always or unless thinking is switched off.</summary>
    Reasoning = 8,

    Vision = 16,

    /// <summary>The model makes vectors instead of text.</summary>
    Embeddings = 32,

    /// <summary>The server enforces a JSON schema on answers (<c>response_format</c>).</summary>
    Schema = 64,
}
