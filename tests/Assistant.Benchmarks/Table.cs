namespace Assistant.Benchmarks;

/// <summary>One line per measurement, in µs.</summary>
internal sealed class Table
{
    private readonly TextWriter output;
    private readonly string server;

    public Table(TextWriter output, string server)
    {
        this.output = output;
        this.server = server;
        output.WriteLine($"{"what",-45} {"count",7} {"p50 µs",9} {"p95 µs",9} {"best block's p50",17}  server");
    }

    public void Add(string what, double[] microseconds)
    {
        // On a shared machine, the fastest of twenty blocks is the best estimate of the code's own time.
        var best = microseconds.Chunk(Math.Max(1, microseconds.Length / 20)).Min(block => Percentile(block, 0.5));
        var (median, high) = (Percentile(microseconds, 0.5), Percentile(microseconds, 0.95));
        output.WriteLine($"{what,-45} {microseconds.Length,7} {median,9:F0} {high,9:F0} {best,17:F0}  {server}");
        output.Flush();
    }

    private static double Percentile(double[] values, double part) => values.Order().ElementAt((int)((values.Length - 1) * part));
}
