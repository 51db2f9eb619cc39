using Assistant.Settings;

namespace Assistant.ModelServers.Privacy;

/// <summary>What left this machine, or would have.</summary>
public interface IAuditLog
{
    /// <param name="body">Not held on to.</param>
    /// <param name="refused">Why it is not sent; null where it is about to be.</param>
    /// <returns>Ends when it is written: null, also where the user keeps no records; else why it could not be, in a few seconds at most. What was not written must not leave.</returns>
    Task<string?> SentAsync(EndpointSettings endpoint, Uri url, ReadOnlySpan<byte> body, ModelFault? refused);
}
