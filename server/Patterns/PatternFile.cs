namespace Assistant.Patterns;

/// <summary>A file's tokens, as a part of a run. A newer text of the file is another <see cref="PatternFile"/>.</summary>
internal sealed class PatternFile(string path, TokenRun tokens, int start, int end)
{
    private volatile bool replaced;

    public string Path => path;
    public TokenRun Tokens => tokens;
    public int Start => start;
    public int End => end;
    public int Length => end - start;

    /// <summary>The file has a newer text or was deleted: these tokens do not count, and the next merge drops them.</summary>
    public bool Replaced { get => replaced; set => replaced = value; }
}
