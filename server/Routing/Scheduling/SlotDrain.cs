using System.Text.Json;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Settings;

namespace Assistant.Routing.Scheduling;

/// <summary>A closed connection does not free a slot everywhere: waits until the server is done with what was hung up.</summary>
internal static class SlotDrain
{
    // llama-server neither ends a batch of the prompt (2,048 tokens) before its end nor answers about its slots meanwhile; on a slow
    // machine that is many seconds, in which another request would only wait there.
    private static readonly TimeSpan LongestWaitForServer = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(30);

    /// <param name="rest">How long it is waited where the server does not tell.</param>
    /// <param name="others">How many of our own requests run there besides.</param>
    public static async Task WaitAsync(ModelEndpoint endpoint, SlotLease hungUp, TimeSpan rest, Func<int> others, TimeProvider clock)
    {
        try
        {
            if (hungUp.Route.Kind != EndpointKind.LlamaCpp || !await IsQuietAsync(endpoint, hungUp, others, clock))
            {
                await Task.Delay(rest, clock, CancellationToken.None);
            }
        }
        catch (Exception error) when (error is ModelServerException or ObjectDisposedException)
        {
            // A server that does not even answer about its slots has nothing running that is worth waiting for; and when our own side ends, nobody waits.
        }
    }

    /// <returns>False where the server does not tell.</returns>
    private static async Task<bool> IsQuietAsync(ModelEndpoint endpoint, SlotLease hungUp, Func<int> others, TimeProvider clock)
    {
        // Nor longer than a request would wait for its first byte: then the request itself shall find out what is wrong.
        var patience = endpoint.Settings.FirstByteTimeout < LongestWaitForServer ? endpoint.Settings.FirstByteTimeout : LongestWaitForServer;
        for (var asked = clock.GetTimestamp(); clock.GetElapsedTime(asked) < patience;)
        {
            var answer = await endpoint.Questions.AskRootAsync("slots", patience, CancellationToken.None);
            if (!answer.Ok || answer.Json.ValueKind != JsonValueKind.Array)
            {
                return false;
            }
            var busy = answer.Json.EnumerateArray().Where(slot => slot.Member("is_processing") is { ValueKind: JsonValueKind.True }).ToArray();
            if (hungUp.Slot is { } own ? !busy.Any(slot => slot.Number("id") == own) : busy.Length <= others())
            {
                return true;
            }
            await Task.Delay(BetweenQuestions, clock, CancellationToken.None);
        }
        return true;
    }
}
