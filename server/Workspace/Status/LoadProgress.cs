namespace Assistant.Workspace.Status;

/// <summary>The progress of a load, for <c>$/progress</c>.</summary>
/// <param name="Message">For the user, short: <c>Read Polly.Core (3 of 15)</c>.</param>
/// <param name="Done">Of <paramref name="Total"/> projects; both 0 while the number is not known.</param>
public sealed record LoadProgress(string Message, int Done, int Total)
{
    /// <summary>Loading has ended.</summary>
    public static LoadProgress End { get; } = new("", 0, 0);
}
