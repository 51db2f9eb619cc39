using System.IO.Pipelines;
using System.Text.Json;
using Assistant.Tests.Lsp;

namespace Assistant.Tests.Fuzz;

/// <summary>The server under test.</summary>
/// <param name="Server">As for <see cref="TestClient.Start"/>.</param>
/// <param name="Samples">Well-formed messages of all its methods; <see cref="FuzzSamples.All"/> for the real server.</param>
/// <param name="StillRight">
/// Asserts that the server's answers for the document at <see cref="FuzzDocument.Uri"/> are right for the given text.
/// </param>
internal sealed record FuzzTarget(
    Func<PipeReader, PipeWriter, Task<int>> Server,
    IReadOnlyList<FuzzSample> Samples,
    Func<TestClient, FuzzDocument, Task> StillRight);

/// <summary>
/// Sends junk, well-formed messages with damaged parameters, and real edits of one document between them, all from one seed. Asserts that
/// the server survives, that each request is answered exactly once, and that answers for the edited document stay right. Damaged messages
/// name other documents than the edited one, and no junk claims bytes of the next message: such a client would be out of sync itself.
/// </summary>
internal static class ProtocolFuzz
{
    public static async Task RunAsync(FuzzTarget target, int messages, int seed)
    {
        var random = new Random(seed);
        var junk = new FuzzJunk(random);
        var damage = new FuzzDamage(random);
        var document = new FuzzDocument(random);
        await using var client = TestClient.Start(target.Server);
        await client.InitializeAsync();
        document.Open(client);
        var ids = new HashSet<string>();
        for (var number = 0; number < messages; number++)
        {
            if (number % 2 == 0)
            {
                client.SendBytes(junk.Next());
            }
            else
            {
                var sample = target.Samples[random.Next(target.Samples.Count)];
                var id = sample.IsRequest ? random.Next(2) == 0 ? $"{1_000_000 + number}" : $"\"fuzz-{number}\"" : null;
                client.Send(Body(sample.Method, damage.Of(sample.Json), id));
                if (id is not null)
                {
                    ids.Add(id);
                    MaybeCancel(client, id, random);
                }
            }
            if (random.Next(10) == 0)
            {
                document.Edit(client);
            }
            if (number % 500 == 499)
            {
                // The pipe holds at most these messages, and an error shows early.
                await target.StillRight(client, document);
            }
        }
        await target.StillRight(client, document);
        Assert.Equal(0, await client.ShutdownAsync());
        AssertAnsweredOnce(client, ids);
    }

    private static string Body(string method, string json, string? id) =>
        id is null
            ? $$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{json}} }"""
            : $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{json}} }""";

    private static void MaybeCancel(TestClient client, string id, Random random)
    {
        if (random.Next(4) == 0)
        {
            client.Send(Body("$/cancelRequest", $$"""{"id":{{id}}}""", null));
        }
    }

    private static void AssertAnsweredOnce(TestClient client, HashSet<string> ids)
    {
        var answers = client.Received
            .Where(message => !message.TryGetProperty("method", out _) && message.GetProperty("id").ValueKind != JsonValueKind.Null)
            .GroupBy(message => message.GetProperty("id").GetRawText())
            .ToDictionary(group => group.Key, group => group.Count());
        Assert.All(ids, id => Assert.Equal((id, 1), (id, answers.GetValueOrDefault(id))));
    }
}
