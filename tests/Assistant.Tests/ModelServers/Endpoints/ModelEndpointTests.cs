using Assistant.Families;
using Assistant.ModelServers.Endpoints;
using Assistant.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.ModelServers.Endpoints;

public sealed class ModelEndpointTests
{
    [Fact]
    public void An_endpoint_without_an_audit_log_cannot_be_made() => Assert.Throws<ArgumentNullException>(() => new ModelEndpoint(
        EndpointSettings.At(
            "here", new Uri("http://127.0.0.1:9")), FamilyTable.BuiltIn, audit: null!, TimeProvider.System, NullLogger.Instance));

    /// <summary>A model was loaded while the list was on its way: the list of before must not be kept for minutes.</summary>
    [Fact]
    public async Task What_was_asked_before_a_contradiction_is_not_kept()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions());
        using var registry = new EndpointRegistry(TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance);
        var endpoint = registry.Of(EndpointSettings.At("here", simulator.BaseUrl));
        var before = endpoint.GetInfoAsync(CancellationToken.None);
        endpoint.Invalidate();
        var after = endpoint.GetInfoAsync(CancellationToken.None);
        Assert.NotSame(await before, await after);
        Assert.Same(await after, endpoint.CachedInfo);
    }
}
