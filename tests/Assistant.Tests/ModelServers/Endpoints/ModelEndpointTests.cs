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

    /// <summary>A model was loaded while an older list was on its way: the older list must not be cached for minutes.</summary>
    [Fact]
    public async Task Answers_requested_before_an_invalidation_are_not_cached()
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
