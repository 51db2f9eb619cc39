using Microsoft.CodeAnalysis.Text;

namespace Assistant.Workspace.Documents;

/// <summary>An open document as the client sees it at one version.</summary>
/// <param name="Uri">As the client wrote it when it opened the document.</param>
/// <param name="Path">Null where the document is no file (<c>untitled:</c>).</param>
/// <param name="LanguageId">LSP's name of the language, <c>csharp</c>.</param>
/// <param name="Version">The client's version number of this text.</param>
/// <param name="Text">With the client's line ends. It starts with U+FEFF if the client sent one, since positions count it.</param>
/// <param name="OutOfSync">
/// An edit did not fit, so the client's text is unknown and <see cref="Text"/> is the last known one. A full text ends this state.
/// </param>
public sealed record DocumentSnapshot(string Uri, string? Path, string LanguageId, int Version, SourceText Text, bool OutOfSync)
{
    public required PositionMap Positions { get; init; }

    public bool IsCSharp =>
        LanguageId.Equals("csharp", StringComparison.OrdinalIgnoreCase)
        || (LanguageId.Length == 0 && Path?.EndsWith(".cs", StringComparison.OrdinalIgnoreCase) == true);
}

/// <summary>One entry of <c>contentChanges</c>: the new text of a range, or of the whole document where <c>Range</c> is null.</summary>
public sealed record DocumentChange(LineRange? Range, string Text);
