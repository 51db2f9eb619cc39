namespace Assistant.Benchmarks;

/// <summary>The system's clock, which a measurement may advance: cached values grow old, but running timers keep their times.</summary>
internal sealed class MovableClock : TimeProvider
{
    private TimeSpan moved;

    public void MoveOn(TimeSpan time) => moved += time;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + moved;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(moved.TotalSeconds * TimestampFrequency);

    public override long TimestampFrequency => System.TimestampFrequency;
}
