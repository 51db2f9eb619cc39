using Microsoft.CodeAnalysis.Text;

namespace Assistant.Workspace.Documents;

/// <summary>An open document as the client sees it at one version.</summary>
/// <param name="Uri">As the client wrote it when it opened the document.</param>
/// <param name="Path">Null where the document is no file (<c>untitled:</c>).</param>
/// <param name="LanguageId">LSP's name of the language, <c>csharp</c>.</param>
/// <param name="Version">The client's number of this text.</param>
/// <param name="Text">With the client's line ends, and with U+FEFF at its start if the client sent one: positions count it.</param>
/// <param name="OutOfSync">
/// An edit did not fit, so the client's text is no longer known: <see cref="Text"/> is the last one that was. A full text mends it.
/// </param>
public sealed record DocumentSnapshot(string Uri, string? Path, string LanguageId, int Version, SourceText Text, bool OutOfSync)
{
    public required PositionMap Positions { get; init; }

    public bool IsCSharp =>
        LanguageId.Equals("csharp", StringComparison.OrdinalIgnoreCase)
        || (LanguageId.Length == 0 && Path?.EndsWith(".cs", StringComparison.OrdinalIgnoreCase) == true);
}

/// <summary>One entry of <c>contentChanges</c>: what takes the place of a range, or the whole new text where there is no range.</summary>
public sealed record DocumentChange(LineRange? Range, string Text);
