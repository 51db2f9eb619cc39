using System.Text;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>Reads a reply that is not a stream, as long as it may be and no longer: a server that never ends must not fill the memory.</summary>
internal static class WholeReply
{
    private const int MostMegabytes = 64;

    /// <exception cref="ModelServerException">It is longer than any model server's would be.</exception>
    public static async Task<string> ReadAsync(HttpContent content, EndpointSettings endpoint, CancellationToken token)
    {
        try
        {
            await content.LoadIntoBufferAsync(MostMegabytes << 20, token);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            throw ModelServerErrors.UnexpectedServer(endpoint, $"something whose answer does not end within {MostMegabytes} MB");
        }
        // JSON is UTF-8, whatever the head says: one that names a character set that nobody knows would throw.
        var bytes = await content.ReadAsByteArrayAsync(token);
        return JsonSanitizer.ReplaceLoneSurrogates(Encoding.UTF8.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes));
    }
}
