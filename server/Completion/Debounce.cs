namespace Assistant.Completion;

/// <summary>How long to wait for the next key before a model is asked.</summary>
public static class Debounce
{
    private static readonly TimeSpan Unknown = TimeSpan.FromMilliseconds(75);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(350);

    /// <summary>
    /// Half of what the first token takes: a quick server is asked at nearly every key, a slow one when the typist rests.
    /// </summary>
    /// <param name="timeToFirstTokenMs">Measured median, ms; null before the first answer.</param>
    /// <param name="setting">The user's own value, which goes before.</param>
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
        return TimeSpan.FromMilliseconds(Math.Clamp(measured / 2, Least.TotalMilliseconds, Most.TotalMilliseconds));
    }
}
