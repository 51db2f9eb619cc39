using System.Collections.Concurrent;
using ModelServerSimulator;

namespace Assistant.Tests.Matrix;

/// <summary>
/// Every profile with every trouble, for a completion, a chat, a chat with tools and vectors: the right answer or one clear error, within
/// its timer, without repeated text and without a remaining request.
/// </summary>
public sealed class MatrixTests
{
    private const int Together = 4;

    public static TheoryData<string> Rows => [.. MatrixRows.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Cells(string row) => Check(MatrixRows.All.Single(one => one.Name == row));

    /// <summary>A cell with another outcome than its row's is found.</summary>
    [Theory]
    [InlineData("none", Call.Completion, "ollama", "no error but")]
    [InlineData("generation thread died", Call.Chat, "mlx-0.32.2", "other words: here: generation thread died")]
    public async Task A_wrong_row_is_found(string row, Call call, string profile, string found)
    {
        var wrong = MatrixRows
            .All
            .Single(one => one.Name == row) with { All = Expected.Fails("no such words", "no such remedy"), Differs = [] };
        Assert.Contains(found, await MatrixPlay.CheckAsync(wrong, profile, call), StringComparison.Ordinal);
    }

    /// <summary>Every fault and every shape of the simulator has a row.</summary>
    [Fact]
    public void The_list_is_closed()
    {
        var played = MatrixRows.All.Select(row => row.Play(new SimulatorOptions())).ToArray();
        Assert.Empty(Enum.GetValues<Fault>().Except(played.Select(options => options.Fault)));
        Assert.Empty(Enum.GetValues<CallShape>().Except(played.Select(options => options.CallShape)));
        Assert.Empty(Enum.GetValues<ReasoningShape>().Except(played.Select(options => options.ReasoningShape)));
        Assert.Empty(Enum.GetValues<OverflowShape>().Except(played.Select(options => options.Overflow)));
        Assert.Empty(Enum.GetValues<StreamSplit>().Except(played.Select(options => options.Split)));
        Assert.Empty(ProfileTable.Names.Except(Profiles.All));
    }

    /// <summary>The matrix in the documents is current. With ASSISTANT_PRINT_MATRIX=1 the test writes it there.</summary>
    [Fact]
    public void The_printed_matrix_is_current()
    {
        const string Start = "<!-- matrix: printed by MatrixTests with ASSISTANT_PRINT_MATRIX=1 -->\n";
        const string End = "<!-- /matrix -->";
        var file = Path.Combine(Repository.Root, "docs", "model-servers.md");
        var text = File.ReadAllText(file);
        var (start, end) = (text.IndexOf(Start, StringComparison.Ordinal) + Start.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(start >= Start.Length && end >= start, "The markers of the matrix are not in docs/model-servers.md.");
        if (Environment.GetEnvironmentVariable("ASSISTANT_PRINT_MATRIX") == "1")
        {
            File.WriteAllText(file, text[..start] + MatrixPrint.Print() + text[end..]);
            return;
        }
        Assert.True(
            text[start..end] == MatrixPrint.Print(),
            "Run this test with ASSISTANT_PRINT_MATRIX=1: the rows have changed since the matrix was printed.");
    }

    private static async Task Check(MatrixRow row)
    {
        using var unobserved = new UnobservedExceptions();
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Profiles.All.SelectMany(profile => Enum.GetValues<Call>().Select(call => (profile, call))),
            new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = TestContext.Current.CancellationToken },
            async (cell, _) =>
            {
                if (await MatrixPlay.CheckAsync(row, cell.profile, cell.call) is { } otherwise)
                {
                    wrong.Add(otherwise);
                }
            });
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order(StringComparer.Ordinal)));
        var left = unobserved.Collect();
        Assert.True(left.Count == 0, string.Join('\n', left));
    }
}
