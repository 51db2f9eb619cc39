using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Tests.Models;
using ModelServerSimulator;

namespace Assistant.Tests.ModelServers.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task An_unusually_long_silence_is_reported_while_the_request_waits()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(Served.Options("llamacpp"), clock);
        var route = await served.UpAsync();
        served.Simulator.Options = served.Simulator.Options with { Fault = Fault.Wedge };
        var states = new List<string>();
        served.Servers.Router.StatusChanged += status => states.Add($"{status.State}: {status.Message}");
        using var cancel = new CancellationTokenSource();
        var asking = DrainAsync(served, route, cancel.Token);
        await served.Simulator.Log.CompletionAsync(0);

        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(states);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["Busy: here has not answered for 5 s."], states);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("Busy: here has not answered for 10 s.", states[^1]);

        await cancel.CancelAsync();
        await asking;
        Assert.Equal($"Up: {route.ModelId} at here.", states[^1]);
    }

    [Fact]
    public async Task After_a_wedge_a_one_token_probe_precedes_a_whole_prompt()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(
            Served.Options("llamacpp"), clock, endpoint => endpoint with { FirstByteTimeout = TimeSpan.FromSeconds(20) });
        var route = await served.UpAsync();
        served.Simulator.Options = served.Simulator.Options with { Fault = Fault.Wedge };
        var failing = Assert.ThrowsAsync<ModelServerException>(() => served.CompleteAsync(route));
        await served.Simulator.Log.CompletionAsync(0);
        clock.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(ModelFault.NoFirstByte, (await failing.WaitAsync(Served.Guard, TimeProvider.System)).Fault);

        // Time alone starts no probe.
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Single(served.Simulator.Log.Completions);

        served.Simulator.Options = served.Simulator.Options with { Fault = Fault.None };
        await served.UpAsync();
        Assert.Equal(2, served.Simulator.Log.Completions.Count);
        Assert.Equal(1, served.Simulator.Log.Completions[^1].MaxTokens);

        // After a success there is no further probe.
        await served.UpAsync();
        Assert.Equal(2, served.Simulator.Log.Completions.Count);
    }

    [Fact]
    public async Task A_server_that_stays_wedged_is_reported()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(
            Served.Options("lmstudio-0.4") with { Fault = Fault.Wedge },
            clock,
            endpoint => endpoint with { FirstByteTimeout = TimeSpan.FromSeconds(20) });
        var route = await served.UpAsync();
        for (var i = 1; i <= 2; i++)
        {
            var failing = i == 1 ? CompleteAsync(served, route) : served.RouteAsync();
            await served.Simulator.Log.CompletionAsync(i - 1);
            clock.Advance(TimeSpan.FromSeconds(21));
            await failing.WaitAsync(Served.Guard, TimeProvider.System);
            clock.Advance(TimeSpan.FromSeconds(6));
        }
        Assert.Equal(ModelState.Wedged, served.Servers.Router.Status.State);
        Assert.Contains("Restart", served.Servers.Router.Status.Remedy);
    }

    [Fact]
    public void Every_fault_has_a_remedy_of_one_sentence()
    {
        foreach (var fault in Enum.GetValues<ModelFault>())
        {
            var failure = ModelServerErrors.Of(
                Assistant.Settings.EndpointSettings.At("here", new Uri("http://127.0.0.1:9")), fault, "words");
            Assert.Matches(@"^[A-Z].*[^.]\.$", failure.Remedy);
        }
    }

    private static async Task CompleteAsync(Served served, ModelRoute route) =>
        await Assert.ThrowsAsync<ModelServerException>(() => served.CompleteAsync(route));

    private static async Task DrainAsync(Served served, ModelRoute route, CancellationToken token)
    {
        try
        {
            await foreach (var chunk in served.Stream(route, token: token))
            {
                _ = chunk;
            }
        }
        catch (OperationCanceledException)
        {
            // The test cancelled it.
        }
    }
}
