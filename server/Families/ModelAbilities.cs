namespace Assistant.Families;

/// <summary>What can be asked of a model where it is served. What the server says goes before what its family suggests.</summary>
[Flags]
public enum ModelAbilities
{
    None = 0,

    /// <summary>It follows instructions.</summary>
    Chat = 1,

    /// <summary>It calls tools by itself, and the server lets it.</summary>
    Tools = 2,

    /// <summary>It fills holes in raw text.</summary>
    Fim = 4,

    /// <summary>It thinks before it answers, always or unless told not to.</summary>
    Reasoning = 8,

    Vision = 16,

    /// <summary>It makes vectors, never text.</summary>
    Embeddings = 32,

    /// <summary>The server holds its answer to a JSON schema (<c>response_format</c>).</summary>
    Schema = 64,
}
