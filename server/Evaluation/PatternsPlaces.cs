using Assistant.Patterns;

namespace Assistant.Evaluation;

/// <summary>The kinds of tested places.</summary>
public enum PlaceKind { AfterEquals, AfterOpen, AfterDot, AfterReturn, AfterNew, LineStart }

/// <summary>A place in a file: the caret is directly before the token to predict.</summary>
/// <param name="Offset">UTF-16 offset of the caret.</param>
/// <param name="LineEnd">UTF-16 offset of the end of the caret's line; the text between the two is masked and is the expected one.</param>
/// <param name="NameLength">UTF-16 units of the name or keyword at the caret; 0 for other tokens.</param>
internal readonly record struct Place(string Path, PlaceKind Kind, int Offset, int LineEnd, int NameLength);

/// <summary>Finds the places that can be tested.</summary>
internal static class PatternsPlaces
{
    /// <summary>All places of a text, in order.</summary>
    public static List<Place> Of(string path, string text)
    {
        var places = new List<Place>();
        var scanner = new TokenScanner(text);
        var before = "";
        while (scanner.MoveNext())
        {
            if (scanner.NewLineBefore)
            {
                if (LineEnd(text, scanner.Start) is var end && SaysSomething(text.AsSpan(scanner.Start, end - scanner.Start)))
                {
                    places.Add(new(path, PlaceKind.LineStart, scanner.Start, end, NameLength(scanner)));
                }
            }
            else if (KindAfter(before) is { } kind)
            {
                places.Add(new(path, kind, scanner.Start, LineEnd(text, scanner.Start), NameLength(scanner)));
            }
            before = scanner.Length <= 6 ? scanner.Text.ToString() : "";
        }
        return places;
    }

    private static PlaceKind? KindAfter(string token) => token switch
    {
        "=" => PlaceKind.AfterEquals,
        "(" => PlaceKind.AfterOpen,
        "." => PlaceKind.AfterDot,
        "return" => PlaceKind.AfterReturn,
        "new" => PlaceKind.AfterNew,
        _ => null,
    };

    private static int NameLength(in TokenScanner scanner) =>
        scanner.Kind is TokenKind.Identifier or TokenKind.Keyword ? scanner.Length : 0;

    private static int LineEnd(string text, int from) =>
        text.AsSpan(from).IndexOfAny('\r', '\n') is var end and >= 0 ? from + end : text.Length;

    /// <summary>False for a line of brackets only, which no user waits for.</summary>
    private static bool SaysSomething(ReadOnlySpan<char> line)
    {
        var scanner = new TokenScanner(line);
        while (scanner.MoveNext())
        {
            if (scanner.Kind != TokenKind.Punctuation)
            {
                return true;
            }
        }
        return false;
    }
}
