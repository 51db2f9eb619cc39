using System.Globalization;
using System.Text;

namespace Assistant.Tests.Matrix;

/// <summary>Prints the matrix as Markdown: the expected outcomes, and a sign for each cell.</summary>
internal static class MatrixPrint
{
    private static readonly Call[] Calls = Enum.GetValues<Call>();

    public static string Print()
    {
        var text = new StringBuilder();
        var cells = MatrixRows.All
            .SelectMany(row => Profiles.All.SelectMany(profile => Calls.Select(call => row.For(profile, call))))
            .ToArray();
        var others = cells.Length - Count<RightAnswer>() - Count<Failure>() - Count<Impossible>();
        text.Append(CultureInfo.InvariantCulture,
            $"{MatrixRows.All.Count} troubles, {Profiles.All.Length} profiles, {Calls.Length} calls: {cells.Length} cells, of which ");
        text.Append(CultureInfo.InvariantCulture,
            $"{Count<RightAnswer>()} have the right answer, {Count<Failure>()} one clear error, {others} what the signs say, ");
        text.Append(CultureInfo.InvariantCulture, $"and {Count<Impossible>()} cannot be.\n\n");
        text.Append(
            "Signs, for completion, chat, chat with tools and vectors: ✓ the right answer, whole and once · ✗ one error with the "
            + "words below and a remedy · ");
        text.Append(
            "○ an answer without text · ☁ thoughts alone · ≈ the server's text as it came, since nobody can tell that it is wrong "
            + "· ↺ a call that tells the model what is wrong with it · – cannot be.\n\n");
        text.Append(
            "| trouble | " + string.Join(" | ", Profiles.All) + " |\n|---" + string.Concat(Profiles.All.Select(_ => "|---")) + "|\n");
        foreach (var row in MatrixRows.All)
        {
            text.Append(
                $"| {Plain(row.Name)} | "
                    + string.Join(" | ", Profiles.All.Select(profile => string.Concat(Calls.Select(call => Sign(row.For(profile, call))))))
                    + " |\n");
        }
        text.Append("\nThe words of each error and its remedy, and why a cell cannot be:\n\n| trouble | what comes of it |\n|---|---|\n");
        foreach (var row in MatrixRows.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Plain(row.Name)} | {Plain(string.Join("; ", Words(row)))} |\n");
        }
        return text.ToString();

        int Count<T>() => cells.Count(cell => cell is T);
    }

    /// <summary>Each outcome once, with its calls and profiles.</summary>
    private static IEnumerable<string> Words(MatrixRow row)
    {
        var all = Profiles.All.SelectMany(profile => Calls.Select(call => (profile, call, expected: row.For(profile, call)))).ToArray();
        foreach (var outcome in all.GroupBy(cell => cell.expected.ToString()))
        {
            var profiles = outcome.Select(cell => cell.profile).Distinct().ToArray();
            var calls = outcome.Select(cell => cell.call).Distinct().ToArray();
            var whole = outcome.Count() == profiles.Length * calls.Length;
            var where = (calls.Length == Calls.Length, profiles.Length == Profiles.All.Length) switch
            {
                (true, true) => "",
                (true, false) => Named(profiles),
                (false, true) => Named(calls),
                _ when whole => $"{Named(calls)} at {Named(profiles)}",
                _ => string.Join(
                    " and ",
                    outcome.GroupBy(cell => cell.profile, cell => cell.call)
                        .GroupBy(one => Named([.. one]), one => one.Key)
                        .Select(same => $"{same.Key} at {Named([.. same])}")),
            };
            yield return where.Length == 0 ? outcome.Key! : $"{where}: {outcome.Key}";
        }
    }

    private static string Named(string[] profiles) => profiles.Length > Profiles.All.Length / 2
        ? "all but " + Grouped([.. Profiles.All.Except(profiles)])
        : Grouped(profiles);

    /// <summary>All versions of a server by its name alone.</summary>
    private static string Grouped(string[] profiles)
    {
        List<string> names = [];
        var groups = new[] { ("LM Studio", Profiles.LmStudio), ("mlx", Profiles.Mlx), ("llama-server", Profiles.LlamaServer) };
        foreach (var (name, group) in groups)
        {
            if (group.All(profiles.Contains))
            {
                names.Add(name);
                profiles = [.. profiles.Except(group)];
            }
        }
        return string.Join(", ", [.. names, .. profiles]);
    }

    private static string Named(Call[] calls) =>
        string.Join(", ", calls.Select(call => call == Call.Embeddings ? "vectors" : call.ToString().ToLowerInvariant()));

    private static string Sign(Expected expected) => expected switch
    {
        RightAnswer => "✓",
        Failure => "✗",
        EmptyAnswer => "○",
        OnlyThoughts => "☁",
        TheServersText => "≈",
        CallWithError => "↺",
        _ => "–",
    };

    private static string Plain(string text) =>
        text.Replace("<", "&lt;", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);
}
