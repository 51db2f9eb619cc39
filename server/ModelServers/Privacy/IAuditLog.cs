using Assistant.Settings;

namespace Assistant.ModelServers.Privacy;

/// <summary>Records each request to another machine, sent or refused.</summary>
public interface IAuditLog
{
    /// <param name="body">Not kept after the call.</param>
    /// <param name="refused">The reason why the request is not sent; null if it is about to be sent.</param>
    /// <returns>
    /// Completes when the row is written, or after a few seconds: null on success and if the user keeps no records, else the reason of the
    /// failure. A request without a row must not be sent.
    /// </returns>
    Task<string?> SentAsync(EndpointSettings endpoint, Uri url, ReadOnlySpan<byte> body, ModelFault? refused);
}
