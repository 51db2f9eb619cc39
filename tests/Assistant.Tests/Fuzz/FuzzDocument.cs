using Assistant.Lsp.Protocol;
using Assistant.Tests.Lsp;

namespace Assistant.Tests.Fuzz;

/// <summary>The client's text of the document with the real edits: a plain string, with positions found by counting.</summary>
internal sealed class FuzzDocument(Random random)
{
    public const string Uri = "file:///fuzz/Real.cs";

    private const int MaxText = 4000;

    private static readonly string[] Insertions =
        ["x", "var a = 1;", "\n", "\r\n", "{\n}\n", "\"𝒳ä€\"", "// 👩‍👩‍👧", "\t", "", "return new List<int>();\r\n"];

    private int version = 1;

    public string Text { get; private set; } = "namespace Fuzz;\n\npublic class Real\n{\n    public int Value = 1;\n}\n";

    public void Open(TestClient client) => client.Notify(Methods.DidOpen, new(new(Uri, "csharp", version, Text)));

    /// <summary>One to three changes in one notification.</summary>
    public void Edit(TestClient client)
    {
        var changes = new TextDocumentContentChangeEvent[random.Next(1, 4)];
        for (var index = 0; index < changes.Length; index++)
        {
            changes[index] = Change();
        }
        client.Notify(Methods.DidChange, new(new(Uri, ++version), changes));
    }

    /// <summary>
    /// A random place between two characters, as the protocol counts: lines end at CR LF and LF, columns are UTF-16 units.
    /// </summary>
    public (int Offset, Position Position) AnyPlace()
    {
        var offset = random.Next(Text.Length + 1);
        while (SplitsPair(offset))
        {
            offset--;
        }
        return (offset, PositionOf(offset));
    }

    private TextDocumentContentChangeEvent Change()
    {
        if (Text.Length > MaxText)
        {
            Text = "// short again\n";
            return new(Text);
        }
        var (start, startPosition) = AnyPlace();
        var end = Math.Min(Text.Length, start + (random.Next(2) == 0 ? 0 : random.Next(30)));
        while (SplitsPair(end))
        {
            end++;
        }
        var endPosition = PositionOf(end);
        var inserted = Insertions[random.Next(Insertions.Length)];
        Text = Text[..start] + inserted + Text[end..];
        return new(inserted, new(startPosition, endPosition));
    }

    private bool SplitsPair(int offset) => offset > 0 && offset < Text.Length
        && ((Text[offset - 1] == '\r' && Text[offset] == '\n') || char.IsLowSurrogate(Text[offset]));

    private Position PositionOf(int offset)
    {
        var lineStart = offset == 0 ? 0 : Text.LastIndexOf('\n', offset - 1) + 1;
        return new(Text.AsSpan(0, offset).Count('\n'), offset - lineStart);
    }
}
