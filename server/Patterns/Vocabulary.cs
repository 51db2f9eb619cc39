using System.Collections.Concurrent;

namespace Assistant.Patterns;

/// <summary>
/// The style of a name: `foo`, `Foo`, `_foo`, `IFoo`, `m_foo`, `s_foo`. Names that differ only in their style have one stem.
/// </summary>
internal enum NameStyle : byte { Camel, Pascal, Underscore, Interface, Member, Static }

/// <summary>A token's text, its kind, and for a name its stem (the number of the same name in camel case) and style.</summary>
internal readonly record struct Word(string Text, TokenKind Kind, int Stem, NameStyle Style);

/// <summary>
/// Numbers for token texts. A number is never released, and a text is stored once for the whole solution. Thread-safe.
/// </summary>
internal sealed class Vocabulary
{
    /// <summary>
    /// The first number of a word. Of the smaller numbers, 0 ends a file, and the others are symbols (<see cref="TokenRun"/>).
    /// </summary>
    public const int First = 512;

    /// <summary>The number of all words whose texts are too long to be suggested, and of new words once all numbers are taken.</summary>
    public const int Opaque = First;
    private const int MaxText = 160;

    private readonly ConcurrentDictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly Lock adding = new();
    private Word[] words = new Word[4096];
    private int count = First + 1;

    public Vocabulary()
    {
        lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        words[Opaque] = new("", TokenKind.String, 0, NameStyle.Camel);
        Open = NumberOf("(", TokenKind.Punctuation);
        Close = NumberOf("}", TokenKind.Punctuation);
        New = NumberOf("new", TokenKind.Keyword);
    }

    /// <summary>The word before a call's arguments: a name before it does not vary, except after <see cref="New"/>.</summary>
    public int Open { get; }

    /// <summary>The word that ends a block.</summary>
    public int Close { get; }

    /// <summary>The keyword of an object creation.</summary>
    public int New { get; }

    public Word this[int number] => Volatile.Read(ref words)[number];

    public int Count => Volatile.Read(ref count) - First;

    public int NumberOf(ReadOnlySpan<char> text, TokenKind kind)
    {
        if (text.Length > MaxText)
        {
            return Opaque;
        }
        return lookup.TryGetValue(text, out var number) ? number : Add(text.ToString(), kind);
    }

    /// <summary>The number of a stem in a style: `bar` in the style of `_foo` is `_bar`.</summary>
    public int InStyle(int stem, NameStyle style)
    {
        var text = this[stem].Text;
        var pascal = text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..] : text;
        return NumberOf(style switch
        {
            NameStyle.Pascal => pascal,
            NameStyle.Underscore => "_" + text,
            NameStyle.Interface => "I" + pascal,
            NameStyle.Member => "m_" + text,
            NameStyle.Static => "s_" + text,
            _ => text,
        }, TokenKind.Identifier);
    }

    private int Add(string text, TokenKind kind)
    {
        var (stemText, style) = kind == TokenKind.Identifier ? Stem(text) : (text, NameStyle.Camel);
        var stem = stemText == text ? -1 : NumberOf(stemText, TokenKind.Identifier);
        lock (adding)
        {
            if (numbers.TryGetValue(text, out var known))
            {
                return known;
            }
            if (count > Token.NumberMask)
            {
                return Opaque;
            }
            if (count == words.Length)
            {
                var larger = new Word[words.Length * 2];
                words.CopyTo(larger, 0);
                Volatile.Write(ref words, larger);
            }
            words[count] = new(text, kind, stem < 0 ? count : stem, style);
            numbers[text] = count;
            return count++;
        }
    }

    private static (string Stem, NameStyle Style) Stem(string name)
    {
        if (name.StartsWith("m_", StringComparison.Ordinal) && name.Length > 2)
        {
            return (LowerFirst(name[2..]), NameStyle.Member);
        }
        if (name.StartsWith("s_", StringComparison.Ordinal) && name.Length > 2)
        {
            return (LowerFirst(name[2..]), NameStyle.Static);
        }
        if (name[0] == '_' && name.Length > 1)
        {
            return (LowerFirst(name[1..]), NameStyle.Underscore);
        }
        if (name.Length > 2 && name[0] == 'I' && char.IsAsciiLetterUpper(name[1]) && char.IsAsciiLetterLower(name[2]))
        {
            return (LowerFirst(name[1..]), NameStyle.Interface);
        }
        return char.IsUpper(name[0]) ? (LowerFirst(name), NameStyle.Pascal) : (name, NameStyle.Camel);
    }

    /// <summary>The change is reversible, unlike camelCase, which would lower a whole run of capitals.</summary>
    private static string LowerFirst(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
