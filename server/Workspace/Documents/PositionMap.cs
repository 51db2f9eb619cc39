using System.Buffers;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace Assistant.Workspace.Documents;

/// <summary>
/// Converts LSP positions (line and character, 0-based, in UTF-16 units) to offsets in a text and back. No other class knows how LSP
/// counts.
/// </summary>
/// <remarks>
/// LSP ends lines at CRLF, LF and a lone CR only (specification 3.18, "Text Documents"); Roslyn also ends lines at U+0085, U+2028 and
/// U+2029. A text that contains one of these gets its own list of line starts; all other texts use Roslyn's lines.
/// </remarks>
public sealed class PositionMap
{
    private static readonly SearchValues<char> OnlyRoslynsLineEnds = SearchValues.Create("\u0085\u2028\u2029");

    private readonly SourceText text;
    private readonly bool plain;
    private ImmutableArray<int> ownStarts;

    private PositionMap(SourceText text, bool plain) => (this.text, this.plain) = (text, plain);

    public static PositionMap Of(SourceText text)
    {
        var plain = true;
        var buffer = ArrayPool<char>.Shared.Rent(4096);
        for (var read = 0; read < text.Length && plain; read += buffer.Length)
        {
            var count = Math.Min(buffer.Length, text.Length - read);
            text.CopyTo(read, buffer, 0, count);
            plain = !buffer.AsSpan(0, count).ContainsAny(OnlyRoslynsLineEnds);
        }
        ArrayPool<char>.Shared.Return(buffer);
        return new(text, plain);
    }

    /// <summary>The map of the text after an insertion; it does not scan the whole text again.</summary>
    internal PositionMap After(SourceText changed, string inserted) =>
        new(changed, plain && !inserted.AsSpan().ContainsAny(OnlyRoslynsLineEnds));

    public int LineCount => plain ? text.Lines.Count : OwnStarts.Length;

    /// <summary>
    /// The UTF-16 offset of a position. A character beyond the line's end is clamped to it, before the line break, as the specification
    /// demands. A line beyond the last is the document's end and a negative number is 0, as in vscode-languageserver-node: Neovim ends a
    /// deletion of the last line there.
    /// </summary>
    public int OffsetOf(int line, int character)
    {
        if (line < 0)
        {
            return 0;
        }
        if (line >= LineCount)
        {
            return text.Length;
        }
        var start = Start(line);
        return start + Math.Clamp(character, 0, End(line) - start);
    }

    /// <summary>The offsets of a range. A range that ends before its start is turned round.</summary>
    public TextSpan SpanOf(LineRange range)
    {
        var (start, end) = (OffsetOf(range.StartLine, range.StartCharacter), OffsetOf(range.EndLine, range.EndCharacter));
        return TextSpan.FromBounds(Math.Min(start, end), Math.Max(start, end));
    }

    /// <summary>False for a range outside of the document, or one that ends before its start; <see cref="SpanOf"/> corrects both.</summary>
    public bool Holds(LineRange range) =>
        Holds(range.StartLine, range.StartCharacter)
        && Holds(range.EndLine, range.EndCharacter)
        && OffsetOf(range.StartLine, range.StartCharacter) <= OffsetOf(range.EndLine, range.EndCharacter);

    private bool Holds(int line, int character) => line >= 0 && character >= 0 && line < LineCount;

    /// <summary>The position of a UTF-16 offset from 0 to the text's length. An offset between CR and LF is the line's end.</summary>
    public LinePosition PositionOf(int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, text.Length);
        var line = LineOf(offset);
        return new(line, Math.Min(offset, End(line)) - Start(line));
    }

    public LineRange RangeOf(TextSpan span)
    {
        var (start, end) = (PositionOf(span.Start), PositionOf(span.End));
        return new(start.Line, start.Character, end.Line, end.Character);
    }

    private int LineOf(int offset)
    {
        if (plain)
        {
            return text.Lines.IndexOf(offset);
        }
        var found = OwnStarts.BinarySearch(offset);
        return found >= 0 ? found : ~found - 1;
    }

    private int Start(int line) => plain ? text.Lines[line].Start : OwnStarts[line];

    /// <summary>Before the line break.</summary>
    private int End(int line)
    {
        if (plain)
        {
            return text.Lines[line].End;
        }
        if (line == OwnStarts.Length - 1)
        {
            return text.Length;
        }
        var end = OwnStarts[line + 1] - 1;
        return end > Start(line) && text[end] == '\n' && text[end - 1] == '\r' ? end - 1 : end;
    }

    private ImmutableArray<int> OwnStarts
    {
        get
        {
            // Two threads may both compute the list; their results are equal.
            if (ownStarts.IsDefault)
            {
                var starts = ImmutableArray.CreateBuilder<int>();
                starts.Add(0);
                for (var offset = 0; offset < text.Length; offset++)
                {
                    if (text[offset] == '\n' || (text[offset] == '\r' && (offset + 1 == text.Length || text[offset + 1] != '\n')))
                    {
                        starts.Add(offset + 1);
                    }
                }
                ImmutableInterlocked.InterlockedInitialize(ref ownStarts, starts.ToImmutable());
            }
            return ownStarts;
        }
    }
}

/// <summary>An unchecked range of LSP positions: it may lie outside of the document, and numbers may be negative.</summary>
public sealed record LineRange(int StartLine, int StartCharacter, int EndLine, int EndCharacter)
{
    public override string ToString() => $"{StartLine}:{StartCharacter}-{EndLine}:{EndCharacter}";
}
