namespace Assistant.Basics;

/// <summary>How long each stage of one answer took, in ms, in the order in which the stages began. Not for use by several threads at once.</summary>
public sealed class StageTrace(TimeProvider clock)
{
    private readonly List<(string Stage, double Milliseconds)> stages = [];

    public IReadOnlyList<(string Stage, double Milliseconds)> Stages => stages;

    /// <summary>Measures until the returned value is disposed. A stage that ran twice stands there twice.</summary>
    public Running Measure(string stage) => new(this, stage, clock.GetTimestamp());

    public readonly struct Running(StageTrace trace, string stage, long started) : IDisposable
    {
        public void Dispose() => trace.stages.Add((stage, trace.Clock.GetElapsedTime(started).TotalMilliseconds));
    }

    private TimeProvider Clock => clock;
}
