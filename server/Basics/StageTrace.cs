namespace Assistant.Basics;

/// <summary>The duration of each stage of one answer in ms, in the order in which the stages ended. Not thread-safe.</summary>
public sealed class StageTrace(TimeProvider clock)
{
    private readonly List<(string Stage, double Milliseconds)> stages = [];

    public IReadOnlyList<(string Stage, double Milliseconds)> Stages => stages;

    /// <summary>Measures until the returned value is disposed. A stage that runs twice is listed twice.</summary>
    public Running Measure(string stage) => new(this, stage, clock.GetTimestamp());

    public readonly struct Running(StageTrace trace, string stage, long started) : IDisposable
    {
        public void Dispose() => trace.stages.Add((stage, trace.Clock.GetElapsedTime(started).TotalMilliseconds));
    }

    private TimeProvider Clock => clock;
}
