using System.Text;
using Assistant.Workspace.Documents;

namespace Assistant.Tests.Workspace.Documents;

/// <summary>Random edits against a reference model: a string and a loop over its characters.</summary>
public sealed class DocumentDriftTests
{
    private const string Uri = "untitled:drift";

    private static readonly string[] Pieces =
        [
            "a", "Zeile", "\n", "\r", "\r\n", "\n\r", "😀", "\uD83D", "\uDE00", "\t", "é", "e\u0301", "\u2028", "\u0085", "\uFEFF",
            "{ x(); }\r\n", "", "\0"
        ];

    [Fact]
    public void A_thousand_edit_sequences_give_the_models_text()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var expected = Text(random, 40);
            var store = DocumentStore.Empty.Open(Uri, "csharp", 0, expected);
            for (var version = 1; version <= 20; version++)
            {
                var changes = new List<DocumentChange>();
                for (var count = random.Next(1, 4); count > 0; count--)
                {
                    var text = Text(random, random.Next(6));
                    if (random.Next(20) == 0)
                    {
                        changes.Add(new(null, text));
                        expected = text;
                        continue;
                    }
                    var (start, end) = (Place(expected, random), Place(expected, random));
                    if (start.Offset > end.Offset)
                    {
                        (start, end) = (end, start);
                    }
                    changes.Add(new(new(start.Line, start.Character, end.Line, end.Character), text));
                    expected = expected[..start.Offset] + text + expected[end.Offset..];
                }
                var update = store.Change(Uri, version, changes);
                Assert.True(update.Problem is null, $"seed {seed}, version {version}: {update.Problem}");
                store = update.Store;
                Assert.True(expected == store.Find(Uri)!.Text.ToString(), $"seed {seed}, version {version}: the text drifted");
                CheckPositions(expected, store.Find(Uri)!.Positions, random);
            }
        }
    }

    private static void CheckPositions(string text, PositionMap positions, Random random)
    {
        var place = Place(text, random);
        Assert.Equal(place.Offset, positions.OffsetOf(place.Line, place.Character));
        var position = positions.PositionOf(place.Offset);
        Assert.Equal(place.Offset, positions.OffsetOf(position.Line, position.Character));
        Assert.Equal(Lines(text).Count, positions.LineCount);
    }

    /// <summary>A random place, sometimes written with a character beyond its line's end.</summary>
    private static (int Line, int Character, int Offset) Place(string text, Random random)
    {
        var lines = Lines(text);
        var line = random.Next(lines.Count);
        var (start, end) = lines[line];
        return random.Next(8) == 0
            ? (line, end - start + random.Next(5), end)
            : random.Next(end - start + 1) is var character ? (line, character, start + character) : default;
    }

    private static List<(int Start, int End)> Lines(string text)
    {
        var lines = new List<(int, int)>();
        var start = 0;
        for (var offset = 0; offset < text.Length; offset++)
        {
            if (text[offset] is '\r' or '\n')
            {
                lines.Add((start, offset));
                offset += text[offset] == '\r' && offset + 1 < text.Length && text[offset + 1] == '\n' ? 1 : 0;
                start = offset + 1;
            }
        }
        lines.Add((start, text.Length));
        return lines;
    }

    private static string Text(Random random, int pieces)
    {
        var text = new StringBuilder();
        for (; pieces > 0; pieces--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
        }
        return text.ToString();
    }
}
