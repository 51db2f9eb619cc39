namespace Assistant.Patterns;

/// <summary>
/// Tokens in reading order. A 0 before the first and after the last token of each file keeps matches inside of one file.
/// </summary>
/// <remarks>
/// The tokens before a position are read backwards in one of two ways. Exact: the words. Loose: names that may vary are read as "new" or
/// as the distance to the same stem nearer to the position, so `this.Name = name` reads like `this.Price = price` (Baker's parameterised
/// strings, read from the right). <see cref="links"/> holds for each token the distance to the next occurrence of its stem.
/// </remarks>
internal sealed class TokenRun(int capacity)
{
    /// <summary>Tokens of the longest pattern.</summary>
    public const int MaxMatch = 48;
    private const int MaxLink = 255;
    private const int AnyName = 256;
    private const int AnyString = 257;

    private int[] tokens = new int[capacity + 1];
    private byte[] links = new byte[capacity + 1];

    public int Count { get; private set; } = 1;

    public int this[int index] => tokens[index];

    public int Number(int index) => tokens[index] & Token.NumberMask;

    /// <summary>The symbol at a distance before a position, read exactly. Distance 1 is the token just before.</summary>
    public int Exact(int position, int distance) => tokens[position - distance] & Token.NumberMask;

    /// <summary>The symbol at a distance before a position, read loosely.</summary>
    public int Loose(int position, int distance)
    {
        var token = tokens[position - distance];
        if ((token & (Token.Varies | Token.Text)) == 0)
        {
            return token & Token.NumberMask;
        }
        if ((token & Token.Text) != 0)
        {
            return AnyString;
        }
        var link = links[position - distance];
        return link != 0 && link < distance ? link : AnyName;
    }

    public int Read(bool loose, int position, int distance) => loose ? Loose(position, distance) : Exact(position, distance);

    /// <summary>The number of equal tokens before the two positions.</summary>
    public int MatchLength(bool loose, int position, TokenRun other, int otherPosition)
    {
        var length = 0;
        while (length < MaxMatch
            && Read(loose, position, length + 1) is var symbol and not 0
            && symbol == other.Read(loose, otherPosition, length + 1))
        {
            length++;
        }
        return length;
    }

    /// <summary>The index of the first token on a token's line.</summary>
    public int LineStart(int index)
    {
        while (index > 1 && !Token.NewLineBefore(tokens[index]) && tokens[index - 1] != 0)
        {
            index--;
        }
        return Math.Max(1, Math.Min(index, Count - 1));
    }

    public void Append(int token, byte link)
    {
        if (Count == tokens.Length)
        {
            Array.Resize(ref tokens, tokens.Length * 2);
            Array.Resize(ref links, links.Length * 2);
        }
        tokens[Count] = token;
        links[Count++] = link;
    }

    /// <summary>Appends a part of another run unchanged.</summary>
    public void Append(TokenRun other, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            Append(other.tokens[i], other.links[i]);
        }
    }

    public void EndFile() => Append(0, 0);

    /// <summary>Releases the unused capacity. Call it after the last token.</summary>
    public void Trim()
    {
        Array.Resize(ref tokens, Count);
        Array.Resize(ref links, Count);
    }

    /// <summary>Appends the tokens of a text.</summary>
    /// <param name="last">Stem → its last index. The caller hands in the same one for all texts of a file.</param>
    /// <returns>True for a text that ends inside a string or comment.</returns>
    public bool Append(ReadOnlySpan<char> text, Vocabulary words, Dictionary<int, int> last)
    {
        var scanner = new TokenScanner(text);
        while (scanner.MoveNext())
        {
            if (scanner.Unfinished)
            {
                // Half a string is no word: typing a string letter by letter would fill the vocabulary.
                return true;
            }
            var number = words.NumberOf(scanner.Text, scanner.Kind);
            var isString = scanner.Kind == TokenKind.String;
            AppendLinked(Token.Make(number, scanner.SpaceBefore, scanner.NewLineBefore, scanner.Indent, isString), words, last);
        }
        return scanner.Unfinished;
    }

    /// <summary>Appends one token and marks the names that may vary: all names except those of called methods.</summary>
    public void AppendLinked(int token, Vocabulary words, Dictionary<int, int> last)
    {
        var number = Token.Number(token);
        token &= ~Token.Varies;
        if (number == words.Open && Count > 2 && Number(Count - 2) != words.New)
        {
            tokens[Count - 1] &= ~Token.Varies;
        }
        var word = words[number];
        if (word.Kind == TokenKind.Identifier)
        {
            token |= Token.Varies;
            Link(word.Stem, last);
        }
        Append(token, 0);
    }

    private void Link(int stem, Dictionary<int, int> last)
    {
        if (last.TryGetValue(stem, out var before) && Count - before <= MaxLink)
        {
            links[before] = (byte)(Count - before);
        }
        last[stem] = Count;
    }
}
