namespace Assistant.FileAccess;

/// <summary>The purpose for which a feature needs a file.</summary>
public enum FileUse
{
    /// <summary>The document that the user edits: its own text in its own prompt.</summary>
    OpenDocument,

    /// <summary>The text of another file in a prompt: context, retrieval, reads of tools.</summary>
    Context,

    /// <summary>An edit by a tool, a code action or a refactoring.</summary>
    Write,
}
