using Assistant.Settings;

namespace Assistant.Models.Privacy;

/// <summary>What left this machine, or would have. Adding never waits for the disk and never fails a request.</summary>
public interface IAuditLog
{
    /// <param name="body">Not held on to.</param>
    /// <param name="refused">Why it was not sent; null where it was.</param>
    void Sent(EndpointSettings endpoint, Uri url, ReadOnlySpan<byte> body, ModelFault? refused);
}
