namespace Assistant.Patterns;

/// <summary>A file's tokens: a part of a run. A newer text of the file is another <see cref="PatternFile"/>.</summary>
internal sealed class PatternFile(string path, TokenRun tokens, int start, int end)
{
    private volatile bool replaced;

    public string Path => path;
    public TokenRun Tokens => tokens;
    public int Start => start;
    public int End => end;
    public int Length => end - start;

    /// <summary>There is a newer text of this file, or it is gone: its tokens count no more and leave with the next merge.</summary>
    public bool Replaced { get => replaced; set => replaced = value; }
}
