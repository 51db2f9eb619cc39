using Assistant.ModelServers.Discovery;
using Assistant.Settings;
using Assistant.Tests.Models;
using ModelServerSimulator;

namespace Assistant.Tests.ModelServers.Discovery;

public sealed class ServerSearchTests
{
    [Theory]
    [InlineData("192.168.1.0/24", 254, "192.168.1.1", "192.168.1.254")]
    [InlineData("192.168.1.77/24", 254, "192.168.1.1", "192.168.1.254")]
    [InlineData("10.0.0.0/22", 1022, "10.0.0.1", "10.0.3.254")]
    [InlineData("10.0.0.8/31", 2, "10.0.0.8", "10.0.0.9")]
    [InlineData("10.0.0.9", 1, "10.0.0.9", "10.0.0.9")]
    [InlineData("255.255.255.255/32", 1, "255.255.255.255", "255.255.255.255")]
    public void A_range_is_its_addresses(string text, int count, string first, string last)
    {
        Assert.True(AddressRange.TryParse(text, out var range, out _));
        var addresses = range.Addresses.Select(address => address.ToString()).ToArray();
        Assert.Equal((count, first, last), (addresses.Length, addresses[0], addresses[^1]));
    }

    [Theory]
    [InlineData("10.0.0.0/21", "too wide")]
    [InlineData("0.0.0.0/0", "too wide")]
    [InlineData("10.0.0.0/33", "no range")]
    [InlineData("10.0.0.0/-1", "no range")]
    [InlineData("10.0.0", "no range")]
    [InlineData("fe80::1/64", "no range")]
    [InlineData("here", "no range")]
    [InlineData("", "no range")]
    public void An_invalid_or_too_wide_range_is_refused(string text, string problem)
    {
        Assert.False(AddressRange.TryParse(text, out _, out var why));
        Assert.Contains(problem, why);
    }

    [Fact]
    public async Task A_scan_finds_servers_and_requests_only_lists()
    {
        await using var studio = await Simulator.StartAsync(Served.Options("lmstudio-0.4"));
        await using var other = await Simulator.StartAsync(Served.Options("llamacpp") with { Fault = Fault.OtherServer });
        await using var locked = await Simulator.StartAsync(Served.Options("lmstudio-0.4") with { Fault = Fault.Unauthorized });
        var progress = new LastProgress();
        Assert.True(AddressRange.TryParse("127.0.0.1/32", out var range, out _));
        int[] ports = [studio.BaseUrl.Port, other.BaseUrl.Port, locked.BaseUrl.Port, 1];
        var found = await new ServerSearch(TimeProvider.System).ScanAsync(range, ports, progress, CancellationToken.None)
            .WaitAsync(Served.Guard, TimeProvider.System);
        Assert.Equal(
            [(studio.BaseUrl.Port, EndpointKind.LmStudio, false), (locked.BaseUrl.Port, EndpointKind.Auto, true)],
            found.OrderBy(server => server.NeedsKey).Select(server => (server.BaseUrl.Port, server.Kind, server.NeedsKey)));
        Assert.Equal(new ScanProgress(4, 4, 2), progress.Last);
        Assert.Empty(studio.Log.Completions);
        Assert.All(studio.Log.All, request => Assert.Equal("GET", request.Method));
    }

    [Fact]
    public async Task A_scan_ends_when_it_is_cancelled()
    {
        // Addresses for documentation: no host answers there.
        Assert.True(AddressRange.TryParse("192.0.2.0/24", out var range, out _));
        using var cancel = new CancellationTokenSource();
        var scan = new ServerSearch(TimeProvider.System).ScanAsync(range, [9], progress: null, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scan.WaitAsync(Served.Guard, TimeProvider.System));
    }

    [Fact]
    public async Task An_unknown_host_name_is_no_server()
    {
        var found = await new ServerSearch(TimeProvider.System).AskAsync(
            [new Uri("http://no-such-host.invalid:1234/v1/")], CancellationToken.None);
        Assert.Empty(found);
    }

    private sealed class LastProgress : IProgress<ScanProgress>
    {
        public ScanProgress? Last { get; private set; }

        public void Report(ScanProgress value) => Last = value;
    }
}
