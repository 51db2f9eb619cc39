namespace Assistant.Workspace.Status;

/// <summary>What loading is doing, for <c>$/progress</c>.</summary>
/// <param name="Message">For the user, a few words: <c>Read Polly.Core (3 of 15)</c>.</param>
/// <param name="Done">Of <paramref name="Total"/> projects; both 0 while the number is not known.</param>
public sealed record LoadProgress(string Message, int Done, int Total)
{
    /// <summary>Nothing is being loaded any more.</summary>
    public static LoadProgress End { get; } = new("", 0, 0);
}
