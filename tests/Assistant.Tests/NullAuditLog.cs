using Assistant.ModelServers;
using Assistant.ModelServers.Privacy;
using Assistant.Settings;

namespace Assistant.Tests;

/// <summary>Null object: writes nothing down, for tests and benchmarks from which nothing leaves the machine.</summary>
internal sealed class NullAuditLog : IAuditLog
{
    public static NullAuditLog Instance { get; } = new();

    public Task<string?> SentAsync(EndpointSettings endpoint, Uri url, ReadOnlySpan<byte> body, ModelFault? refused) =>
        Task.FromResult<string?>(null);
}
