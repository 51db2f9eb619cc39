using System.Globalization;
using Assistant.Evaluation;

namespace Assistant.Benchmarks;

/// <summary>
/// Measures the suggestions of Patterns in some checkouts:
/// <c>dotnet run -c Release --project tests/Assistant.Benchmarks -- patterns [--positions N] [--lines N] [--typed N] [--forward]
/// [--least P] DIR...</c>.
/// </summary>
internal static class PatternsBenchmark
{
    private const string Usage = "usage: patterns [--positions N] [--lines N] [--typed N] [--forward] [--least P] DIR...";

    public static int Run(string[] arguments)
    {
        var rules = new PatternsEvaluationRules();
        while (arguments is [['-', ..], ..])
        {
            switch (arguments)
            {
                case ["--forward", .. var rest]:
                    (rules, arguments) = (rules with { Forward = true }, rest);
                    break;
                case ["--positions", var number, .. var rest] when int.TryParse(number, out var positions):
                    (rules, arguments) = (rules with { MostPositions = positions }, rest);
                    break;
                case ["--lines", var number, .. var rest] when int.TryParse(number, out var lines):
                    (rules, arguments) = (rules with { Lines = lines }, rest);
                    break;
                case ["--typed", var number, .. var rest] when int.TryParse(number, out var typed):
                    (rules, arguments) = (rules with { Typed = typed }, rest);
                    break;
                case ["--least", var number, .. var rest] when double.TryParse(number, CultureInfo.InvariantCulture, out var least):
                    (rules, arguments) = (rules with { LeastConfidence = least }, rest);
                    break;
                default:
                    Console.Error.WriteLine(Usage);
                    return 2;
            }
        }
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        foreach (var folder in arguments)
        {
            PatternsReportText.Write(PatternsEvaluation.Run(Path.GetFullPath(folder), rules, TimeProvider.System, CancellationToken.None),
                json: false, output);
        }
        return 0;
    }
}
