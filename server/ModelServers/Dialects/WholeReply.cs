using System.Text;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>Reads a reply that is not a stream, up to a maximum size, so that an endless reply cannot fill the memory.</summary>
internal static class WholeReply
{
    private const int MaxMegabytes = 64;

    /// <exception cref="ModelServerException">The reply is longer than 64 MB.</exception>
    public static async Task<string> ReadAsync(HttpContent content, EndpointSettings endpoint, CancellationToken token)
    {
        try
        {
            await content.LoadIntoBufferAsync(MaxMegabytes << 20, token);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            throw ModelServerErrors.UnexpectedServer(endpoint, $"something whose answer does not end within {MaxMegabytes} MB");
        }
        // JSON is UTF-8. The header's character set is ignored: an unknown one would throw.
        var bytes = await content.ReadAsByteArrayAsync(token);
        var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        return JsonSanitizer.ReplaceLoneSurrogates(Encoding.UTF8.GetString(bytes.AsSpan(start)));
    }
}
