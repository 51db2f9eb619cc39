namespace Assistant.Tests.Fuzz;

/// <summary>
/// Test double: damages the JSON, lines and characters of a model server's reply, a piece of the body at a time.
/// </summary>
internal sealed class ReplyDamage(Random random)
{
    private readonly FuzzDamage json = new(random);

    public string Of(string piece) => string.Join('\n', piece.Split('\n').Select(Line));

    private string Line(string line)
    {
        var at = line.IndexOfAny(['{', '[']);
        // Most pieces stay, so that the damaged ones meet a client in every state.
        if (at < 0 || random.Next(4) > 0)
        {
            return line;
        }
        var (start, value) = (line[..at], line[at..]);
        return start + random.Next(12) switch
        {
            0 => value[..random.Next(value.Length)],
            1 => value + value,
            2 => Twice(value),
            3 => string.Concat(Enumerable.Repeat("{\"a\":", 5_000)),
            4 => new string('[', 5_000) + new string(']', 5_000),
            5 => value.Remove(random.Next(value.Length), 1),
            6 => value.Insert(random.Next(value.Length), "\\ud800"),
            7 => value.Insert(random.Next(value.Length), ((char)random.Next(1, 0x3000)).ToString()),
            8 => "\nevent: error\ndata: " + value,
            _ => json.OfAny(value),
        };
    }

    /// <summary>Repeats the first member of every object.</summary>
    private static string Twice(string value)
    {
        var end = value.IndexOf(':');
        return end < 0 || value[0] != '{' ? value : value.Replace(value[1..(end + 1)], $"{value[1..(end + 1)]}1,{value[1..(end + 1)]}");
    }
}
