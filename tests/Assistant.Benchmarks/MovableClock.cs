namespace Assistant.Benchmarks;

/// <summary>The system's clock, which a measurement may move on: what is kept for a time grows old, what waits goes on waiting.</summary>
internal sealed class MovableClock : TimeProvider
{
    private TimeSpan moved;

    public void MoveOn(TimeSpan time) => moved += time;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + moved;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(moved.TotalSeconds * TimestampFrequency);

    public override long TimestampFrequency => System.TimestampFrequency;
}
