using Assistant.Settings;

namespace Assistant.ModelServers.Privacy;

/// <summary>
/// A handler above the dialect of a remote endpoint. It refuses a request if <c>privacy.allowRemote</c> does not name the endpoint, if the
/// request holds a secret, or if the audit log cannot record it first.
/// </summary>
internal sealed class OutgoingGuard(EndpointSettings endpoint, IAuditLog audit, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Adds the guard to a remote endpoint; a local endpoint's requests pass without its cost.</summary>
    public static HttpMessageHandler Over(EndpointSettings endpoint, IAuditLog audit, HttpMessageHandler inner) =>
        endpoint.Local ? inner : new OutgoingGuard(endpoint, audit, inner);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var refusal = endpoint.RemoteAllowed ? null : ModelServerErrors.RemoteNotAllowed(endpoint);
        if (refusal is null && body.Length > 0 && SecretSearch.InJson(body) is { } found)
        {
            refusal = ModelServerErrors.SecretFound(endpoint, found.Kind, found.Place);
        }
        var writing = audit.SentAsync(endpoint, request.RequestUri!, body, refusal?.Fault);
        if (refusal is null && await writing.WaitAsync(cancellationToken) is { } trouble)
        {
            refusal = ModelServerErrors.NotAudited(endpoint, trouble);
        }
        return refusal is null ? await base.SendAsync(request, cancellationToken) : throw refusal;
    }
}
