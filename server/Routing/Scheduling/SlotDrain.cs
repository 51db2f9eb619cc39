using System.Text.Json;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Settings;

namespace Assistant.Routing.Scheduling;

/// <summary>
/// Waits until the server has finished an abandoned request, since not every server frees the slot when the connection closes.
/// </summary>
internal static class SlotDrain
{
    // llama-server neither stops inside a batch of the prompt (2,048 tokens) nor answers about its slots meanwhile; on a slow machine a
    // batch takes many seconds, in which another request would only wait at the server.
    private static readonly TimeSpan MaxDrainTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(30);

    /// <param name="rest">The wait for a server that does not report its slots.</param>
    /// <param name="others">The number of this process's other running requests at the endpoint.</param>
    public static async Task WaitAsync(ModelEndpoint endpoint, SlotLease hungUp, TimeSpan rest, Func<int> others, TimeProvider clock)
    {
        try
        {
            if (hungUp.Route.Kind != EndpointKind.LlamaCpp || !await TryPollAsync(endpoint, hungUp, others, clock))
            {
                await Task.Delay(rest, clock, CancellationToken.None);
            }
        }
        catch (Exception error) when (error is ModelServerException or ObjectDisposedException)
        {
            // A server that does not answer about its slots runs no request that is worth the wait; a disposed endpoint has no waiting
            // requests.
        }
    }

    /// <summary>Polls the server's slots until the abandoned request's slot is free.</summary>
    /// <returns>False if the server does not report its slots.</returns>
    private static async Task<bool> TryPollAsync(ModelEndpoint endpoint, SlotLease hungUp, Func<int> others, TimeProvider clock)
    {
        // A longer wait than a request's own timeout has no use: the next request then finds the fault itself.
        var limit = endpoint.Settings.FirstByteTimeout < MaxDrainTime ? endpoint.Settings.FirstByteTimeout : MaxDrainTime;
        for (var asked = clock.GetTimestamp(); clock.GetElapsedTime(asked) < limit;)
        {
            var answer = await endpoint.Questions.AskRootAsync("slots", limit, CancellationToken.None);
            if (!answer.Ok || answer.Json.ValueKind != JsonValueKind.Array)
            {
                return false;
            }
            var busy = answer.Json.EnumerateArray()
                .Where(slot => slot.Member("is_processing") is { ValueKind: JsonValueKind.True }).ToArray();
            if (hungUp.Slot is { } own ? !busy.Any(slot => slot.Number("id") == own) : busy.Length <= others())
            {
                return true;
            }
            await Task.Delay(PollInterval, clock, CancellationToken.None);
        }
        return true;
    }
}
