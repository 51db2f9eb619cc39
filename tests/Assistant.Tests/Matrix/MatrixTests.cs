using System.Collections.Concurrent;

namespace Assistant.Tests.Matrix;

/// <summary>
/// Every profile in every trouble, asked for a completion, a chat, a chat with tools and vectors: the right answer or one clear error,
/// within its timer, nothing shown twice, nothing left behind.
/// </summary>
public sealed class MatrixTests
{
    private const int Together = 4;

    // Tools join as soon as all of their ways are there.
    private static readonly Call[] Asked = [Call.Completion, Call.Chat, Call.Embeddings];

    public static TheoryData<string> Rows => [.. MatrixRows.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Cells(string row) => Check(MatrixRows.All.Single(one => one.Name == row));

    private static async Task Check(MatrixRow row)
    {
        using var unobserved = new UnobservedExceptions();
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Profiles.All.SelectMany(profile => Asked.Select(call => (profile, call))),
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
