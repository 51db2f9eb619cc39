namespace Assistant.FileAccess;

/// <summary>
/// The text of a file that <see cref="FileAccessPolicy"/> has admitted to a prompt. Nothing else can make one, so a prompt builder that
/// takes this type cannot be handed the raw text of a file.
/// </summary>
/// <typeparam name="TText">A string, or a text split at the caret.</typeparam>
public sealed class Admitted<TText>
    where TText : notnull
{
    private Admitted(string path, TText text, FileUse use)
    {
        Path = path;
        Text = text;
        Use = use;
    }

    /// <summary>The file, with every link followed.</summary>
    public string Path { get; }

    public TText Text { get; }

    public FileUse Use { get; }

    internal static Admission<TText> Ask(FileAccessPolicy policy, string path, TText text, FileUse use)
    {
        var verdict = policy.Check(path, use);
        return new(verdict, verdict.Allowed ? new Admitted<TText>(verdict.Path, text, use) : null);
    }
}

/// <param name="Text">Null where the verdict denies the use.</param>
public sealed record Admission<TText>(FileVerdict Verdict, Admitted<TText>? Text)
    where TText : notnull;
