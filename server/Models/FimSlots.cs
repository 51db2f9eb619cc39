using System.Text.Json;
using Assistant.Settings;

namespace Assistant.Models;

/// <summary>One FIM generation in flight per endpoint and model, whatever slots the server has: parallel requests push each other's prompts out.</summary>
public sealed class FimSlots
{
    // llama-server neither ends a batch of the prompt (2,048 tokens) before its end nor answers about its slots meanwhile; on a slow
    // machine that is many seconds, in which another request would only wait there.
    private static readonly TimeSpan LongestWaitForServer = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<(EndpointSettings, string), Slot> slots = [];
    private readonly EndpointRegistry endpoints;
    private readonly TimeProvider clock;

    internal FimSlots(EndpointRegistry endpoints, TimeProvider clock)
    {
        this.endpoints = endpoints;
        this.clock = clock;
    }

    /// <summary>
    /// Waits until the model is free. Only the newest waits: an older one gets null at once, since nobody would see its answer.
    /// A lease that is disposed after a hang-up frees the slot when the server says so, or after the estimated rest.
    /// </summary>
    public Task<FimLease?> AcquireAsync(ModelRoute route, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled<FimLease?>(token);
        }
        lock (gate)
        {
            var key = (route.Endpoint, route.ModelId);
            if (!slots.TryGetValue(key, out var slot))
            {
                slots[key] = slot = new Slot();
            }
            if (!slot.Taken)
            {
                slot.Taken = true;
                return Task.FromResult<FimLease?>(Lease(route, slot));
            }
            slot.Waiting?.Answer.TrySetResult(null);
            var waiting = new Waiting(route, new TaskCompletionSource<FimLease?>(TaskCreationOptions.RunContinuationsAsynchronously));
            slot.Waiting = waiting;
            var registration = token.UnsafeRegister((_, cancelled) => waiting.Answer.TrySetCanceled(cancelled), null);
            _ = waiting.Answer.Task.ContinueWith(_ => registration.Dispose(), TaskScheduler.Default);
            return waiting.Answer.Task;
        }
    }

    private FimLease Lease(ModelRoute route, Slot slot)
    {
        endpoints.Of(route.Endpoint).Gauge(route.ModelId).Clear();
        return new FimLease(() => Release(route, slot));
    }

    private void Release(ModelRoute route, Slot slot)
    {
        if (endpoints.Of(route.Endpoint).Gauge(route.ModelId).EstimatedRest() is { } rest)
        {
            _ = FreeWhenQuietAsync(route, slot, rest);
        }
        else
        {
            Free(slot);
        }
    }

    private void Free(Slot slot)
    {
        lock (gate)
        {
            var waiting = slot.Waiting;
            slot.Waiting = null;
            if (waiting is not null)
            {
                var lease = Lease(waiting.Route, slot);
                if (waiting.Answer.TrySetResult(lease))
                {
                    return;
                }
            }
            slot.Taken = false;
        }
    }

    private async Task FreeWhenQuietAsync(ModelRoute route, Slot slot, TimeSpan rest)
    {
        try
        {
            if (route.Kind != EndpointKind.LlamaCpp || !await QuietAsync(endpoints.Of(route.Endpoint)))
            {
                await Task.Delay(rest, clock, CancellationToken.None);
            }
        }
        catch (ModelServerException)
        {
            // A server that does not even answer about its slots has nothing running that is worth waiting for.
        }
        finally
        {
            Free(slot);
        }
    }

    /// <returns>False where the server does not tell.</returns>
    private async Task<bool> QuietAsync(ModelEndpoint endpoint)
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
            if (!answer.Json.EnumerateArray().Any(slot => slot.Member("is_processing") is { ValueKind: JsonValueKind.True }))
            {
                return true;
            }
            await Task.Delay(BetweenQuestions, clock, CancellationToken.None);
        }
        return true;
    }

    private sealed class Slot
    {
        public bool Taken { get; set; }

        public Waiting? Waiting { get; set; }
    }

    private sealed record Waiting(ModelRoute Route, TaskCompletionSource<FimLease?> Answer);
}
