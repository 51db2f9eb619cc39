namespace Assistant.Patterns;

/// <summary>
/// Tokens in reading order; 0 stands before the first and after the last token of each file, so that no match runs over a file's edge.
/// </summary>
/// <remarks>
/// Two ways to read what stands before a position, both backwards. Exact: the words. Loose: names that may vary are read as "new" or as
/// the distance to where the same stem stood nearer to the position, so `this.Name = name` reads like `this.Price = price`
/// (Baker's parameterised strings, read from the right). <see cref="links"/> holds for each token the distance to the next occurrence of its stem.
/// </remarks>
internal sealed class TokenRun(int capacity)
{
    /// <summary>A pattern is at most this many tokens long.</summary>
    public const int LongestMatch = 48;
    private const int FarthestLink = 255;
    private const int AnyName = 256;
    private const int AnyString = 257;

    private int[] tokens = new int[capacity + 1];
    private byte[] links = new byte[capacity + 1];

    public int Count { get; private set; } = 1;

    public int this[int index] => tokens[index];

    public int Number(int index) => tokens[index] & Token.NumberMask;

    /// <summary>What is read at a distance (1 is the token just before) before a position, exactly.</summary>
    public int Exact(int position, int distance) => tokens[position - distance] & Token.NumberMask;

    /// <summary>What is read at a distance before a position where names may vary.</summary>
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

    /// <summary>How many tokens before the two positions agree.</summary>
    public int MatchLength(bool loose, int position, TokenRun other, int otherPosition)
    {
        var length = 0;
        while (length < LongestMatch && Read(loose, position, length + 1) is var symbol and not 0 && symbol == other.Read(loose, otherPosition, length + 1))
        {
            length++;
        }
        return length;
    }

    /// <summary>The first token of the line on which a token stands.</summary>
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

    /// <summary>Appends a part of another run, as it is.</summary>
    public void Append(TokenRun other, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            Append(other.tokens[i], other.links[i]);
        }
    }

    public void EndFile() => Append(0, 0);

    /// <summary>Gives back the room that is not used. Call when nothing will be appended any more.</summary>
    public void Trim()
    {
        Array.Resize(ref tokens, Count);
        Array.Resize(ref links, Count);
    }

    /// <summary>Appends the tokens of a text; true if the text ended inside a string or comment.</summary>
    /// <param name="last">Last stands of stems, kept by the caller while texts are one file.</param>
    public bool Append(ReadOnlySpan<char> text, Vocabulary words, Dictionary<int, int> last)
    {
        var scanner = new TokenScanner(text);
        while (scanner.MoveNext())
        {
            if (scanner.Unfinished)
            {
                // Half a string is no word: a text that is typed letter by letter would fill the vocabulary.
                return true;
            }
            var number = words.NumberOf(scanner.Text, scanner.Kind);
            AppendLinked(Token.Make(number, scanner.SpaceBefore, scanner.NewLineBefore, scanner.Indent, scanner.Kind == TokenKind.String), words, last);
        }
        return scanner.Unfinished;
    }

    /// <summary>Appends one token and works out whether it, and the name before it, may vary: all names do but those that are called.</summary>
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
        if (last.TryGetValue(stem, out var before) && Count - before <= FarthestLink)
        {
            links[before] = (byte)(Count - before);
        }
        last[stem] = Count;
    }
}
