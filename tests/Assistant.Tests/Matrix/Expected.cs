namespace Assistant.Tests.Matrix;

/// <summary>The kinds of requests to a model server.</summary>
public enum Call
{
    Completion,
    Chat,
    Tools,
    Embeddings,
}

/// <summary>The expected outcome of a call, as it is printed.</summary>
internal abstract record Expected
{
    /// <summary>The whole answer, shown once; the tool's call; a vector for each text.</summary>
    public static Expected Right { get; } = new RightAnswer();

    /// <summary>An answer without text that ended normally: the model wrote no text.</summary>
    public static Expected Nothing { get; } = new EmptyAnswer();

    /// <summary>Thoughts without text: text that the server sent as thoughts is shown as thoughts.</summary>
    public static Expected ThoughtsAlone { get; } = new OnlyThoughts();

    /// <summary>The server's text unchanged, since no client can detect that it is wrong.</summary>
    public static Expected AsItCame { get; } = new TheServersText();

    /// <summary>A tool call that names its error, so that the model can correct it.</summary>
    public static Expected BrokenCall { get; } = new CallWithError();

    /// <summary>
    /// One error whose message holds the words, which are the server's own or the fault's name, and whose remedy holds the remedy.
    /// </summary>
    public static Expected Fails(string words, string remedy) => new Failure(words, remedy);

    /// <summary>The call cannot occur.</summary>
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
