using System.Text;
using Assistant.ModelServers;
using Assistant.ModelServers.Privacy;
using Assistant.Settings;

namespace Assistant.Tests.ModelServers.Privacy;

public sealed class OutgoingGuardTests
{
    private static readonly Uri Cloud = new("https://api.example/v1/");

    [Fact]
    public void A_local_endpoint_is_not_guarded()
    {
        var local = EndpointSettings.At("here", new Uri("http://127.0.0.1:1/v1"));
        var wire = new Wire();
        Assert.Same(wire, OutgoingGuard.Over(local, NullAuditLog.Instance, wire));
        Assert.Same(wire, OutgoingGuard.Over(EndpointSettings.At("lan", Cloud) with { Local = true }, NullAuditLog.Instance, wire));
    }

    [Fact]
    public async Task Nothing_is_sent_to_an_endpoint_that_is_not_allowed()
    {
        var failure = await RefusedAsync(EndpointSettings.At("cloud", Cloud), "{}");
        Assert.Equal(ModelFault.RemoteNotAllowed, failure.Fault);
        Assert.Contains("api.example", failure.Message);
        Assert.Contains("\"cloud\" to privacy.allowRemote", failure.Remedy);
    }

    [Fact]
    public async Task A_request_with_a_secret_is_not_sent()
    {
        var secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
        var failure = await RefusedAsync(Allowed, $$"""{"prompt":"{{secret}}"}""");
        Assert.Equal(ModelFault.SecretFound, failure.Fault);
        Assert.Contains("a GitHub token (prompt, line 1;", failure.Message);
        Assert.DoesNotContain(secret, failure.ToString());
    }

    [Fact]
    public async Task An_allowed_request_is_audited_first_and_sent_unchanged()
    {
        var (wire, audit) = (new Wire(), new Audit());
        using var client = new HttpClient(OutgoingGuard.Over(Allowed, audit, wire));
        const string body = """{"prompt":"class A { }"}""";
        var sending = client.PostAsync(
            new Uri(Cloud, "completions"),
            new StringContent(body, Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);
        Assert.Empty(wire.Sent);
        audit.Written.SetResult(null);
        await sending;
        Assert.Equal([body], wire.Sent);
        Assert.Equal([$"cloud https://api.example/v1/completions {body} sent"], audit.Lines);
    }

    [Fact]
    public async Task A_request_that_cannot_be_audited_is_not_sent()
    {
        var (wire, audit) = (new Wire(), new Audit());
        audit.Written.SetResult("/there/records.db cannot be written (the disk is full)");
        using var client = new HttpClient(OutgoingGuard.Over(Allowed, audit, wire));
        var failure = await Assert.ThrowsAsync<ModelServerException>(
            () => client.PostAsync(new Uri(Cloud, "completions"), new StringContent("{}"), TestContext.Current.CancellationToken));
        Assert.Empty(wire.Sent);
        Assert.Equal(ModelFault.NotAudited, failure.Fault);
        Assert.Contains("/there/records.db cannot be written (the disk is full)", failure.Message);
        Assert.Contains("records.folder", failure.Remedy);
    }

    private static EndpointSettings Allowed => EndpointSettings.At("cloud", Cloud) with { RemoteAllowed = true };

    private static async Task<ModelServerException> RefusedAsync(EndpointSettings endpoint, string body)
    {
        var (wire, audit) = (new Wire(), new Audit());
        using var client = new HttpClient(OutgoingGuard.Over(endpoint, audit, wire));
        var failure = await Assert.ThrowsAsync<ModelServerException>(
            () => client.PostAsync(new Uri(Cloud, "completions"), new StringContent(body), TestContext.Current.CancellationToken));
        Assert.Empty(wire.Sent);
        Assert.EndsWith(failure.Fault.ToString(), Assert.Single(audit.Lines));
        return failure;
    }

    /// <summary>Test double: keeps the requests that would be sent.</summary>
    private sealed class Wire : HttpMessageHandler
    {
        public List<string> Sent { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent.Add(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage();
        }
    }

    /// <summary>Test double: one line for each request.</summary>
    private sealed class Audit : IAuditLog
    {
        public List<string> Lines { get; } = [];

        public TaskCompletionSource<string?> Written { get; } = new();

        public Task<string?> SentAsync(EndpointSettings endpoint, Uri url, ReadOnlySpan<byte> body, ModelFault? refused)
        {
            Lines.Add($"{endpoint.Name} {url} {Encoding.UTF8.GetString(body)} {refused?.ToString() ?? "sent"}");
            return Written.Task;
        }
    }
}
