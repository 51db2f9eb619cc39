using Assistant.Settings;

namespace Assistant.ModelServers.Privacy;

/// <summary>
/// Stands above the dialect of an endpoint that is not on this machine: nothing goes there unless <c>privacy.allowRemote</c> names it, and
/// nothing that holds a secret, and nothing that the audit log could not write down first.
/// </summary>
internal sealed class OutgoingGuard(EndpointSettings endpoint, IAuditLog audit, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>The guard where one is needed; a local endpoint's requests pay nothing.</summary>
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
