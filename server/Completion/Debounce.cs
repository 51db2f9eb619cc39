namespace Assistant.Completion;

/// <summary>The wait for the next key before a request to a model.</summary>
public static class Debounce
{
    private static readonly TimeSpan Unknown = TimeSpan.FromMilliseconds(75);
    private static readonly TimeSpan Min = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Max = TimeSpan.FromMilliseconds(350);

    /// <summary>
    /// Half of the time to the first token: a fast server gets a request for nearly every key, a slow one at pauses in the typing.
    /// </summary>
    /// <param name="timeToFirstTokenMs">Measured median, ms; null before the first answer.</param>
    /// <param name="setting">The user's own value, which takes precedence; else null.</param>
    public static TimeSpan For(double? timeToFirstTokenMs, TimeSpan? setting)
    {
        if (setting is { } chosen)
        {
            return chosen;
        }
        if (timeToFirstTokenMs is not { } measured)
        {
            return Unknown;
        }
        return TimeSpan.FromMilliseconds(Math.Clamp(measured / 2, Min.TotalMilliseconds, Max.TotalMilliseconds));
    }
}
