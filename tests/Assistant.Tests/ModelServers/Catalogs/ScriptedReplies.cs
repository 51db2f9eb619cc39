using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Assistant.Tests.ModelServers.Catalogs;

/// <summary>
/// Test double: a server's replies as text, <c>[STATUS] METHOD /path [HEADER] =&gt; body</c>. An indented line continues the line before.
/// A path without a line gets 404. The sign ␤ is a line break in a body. <see cref="Asked"/> lists the requests.
/// </summary>
internal sealed partial class ScriptedReplies(string script) : HttpMessageHandler
{
    private readonly Dictionary<string, (HttpStatusCode Status, string Server, string Body)> replies = Parse(script);

    public List<string> Asked { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var asked = $"{request.Method} {request.RequestUri!.PathAndQuery}{(body.Length > 0 ? " " + body : "")}";
        Asked.Add(asked);
        var (status, server, text) = replies.GetValueOrDefault(asked, (HttpStatusCode.NotFound, "", "404 page not found"));
        var response = new HttpResponseMessage(status) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
        if (server.Length > 0)
        {
            response.Headers.TryAddWithoutValidation(server.Split('=')[0], server.Split('=')[1]);
        }
        return response;
    }

    private static Dictionary<string, (HttpStatusCode, string, string)> Parse(string script) => Continuation().Replace(script, "")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line =>
        {
            var arrow = line.IndexOf("=>", StringComparison.Ordinal);
            var (head, body) = (line[..arrow].TrimEnd(), line[(arrow + 2)..].TrimStart());
            var header = head.EndsWith(']') ? head[(head.LastIndexOf('[') + 1)..^1] : "";
            head = header.Length > 0 ? head[..head.LastIndexOf('[')].TrimEnd() : head;
            var status = char.IsDigit(head[0]) ? int.Parse(head[..3], System.Globalization.CultureInfo.InvariantCulture) : 200;
            return (Asked: char.IsDigit(head[0]) ? head[4..] : head, Reply: ((HttpStatusCode)status, header, body.Replace('␤', '\n')));
        })
        .ToDictionary(line => line.Asked, line => line.Reply);

    [GeneratedRegex(@"\r?\n +")]
    private static partial Regex Continuation();
}
