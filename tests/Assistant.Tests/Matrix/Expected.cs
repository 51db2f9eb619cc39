namespace Assistant.Tests.Matrix;

/// <summary>What is asked of a model server.</summary>
public enum Call
{
    Completion,
    Chat,
    Tools,
    Embeddings,
}

/// <summary>What has to come of a call, as it is printed.</summary>
internal abstract record Expected
{
    /// <summary>The answer, whole and once; the tool's call; a vector for each text.</summary>
    public static Expected Right { get; } = new RightAnswer();

    /// <summary>An answer without text, ended in good order: the model wrote nothing.</summary>
    public static Expected Nothing { get; } = new EmptyAnswer();

    /// <summary>Thoughts and no text: what the server sent under that name is shown under that name.</summary>
    public static Expected ThoughtsAlone { get; } = new OnlyThoughts();

    /// <summary>Nobody can tell that it is wrong: the server's text as it came.</summary>
    public static Expected AsItCame { get; } = new TheServersText();

    /// <summary>A call that says what is wrong with it, so that the model can be told.</summary>
    public static Expected BrokenCall { get; } = new CallWithError();

    /// <summary>One error whose message holds these words, the server's own or the fault's name, and whose remedy holds that.</summary>
    public static Expected Fails(string words, string remedy) => new Failure(words, remedy);

    /// <summary>Cannot happen.</summary>
    public static Expected Never(string reason) => new Impossible(reason);
}

internal sealed record RightAnswer : Expected
{
    public override string ToString() => "right";
}

internal sealed record EmptyAnswer : Expected
{
    public override string ToString() => "empty answer";
}

internal sealed record OnlyThoughts : Expected
{
    public override string ToString() => "thoughts alone";
}

internal sealed record TheServersText : Expected
{
    public override string ToString() => "the text as it came";
}

internal sealed record CallWithError : Expected
{
    public override string ToString() => "call with an error for the model";
}

internal sealed record Failure(string Words, string Remedy) : Expected
{
    public override string ToString() => $"“{Words}” → “{Remedy}”";
}

internal sealed record Impossible(string Reason) : Expected
{
    public override string ToString() => $"– ({Reason})";
}
