using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assistant.ModelServers.Dialects;
using Assistant.ModelServers.Transport;
using Assistant.Settings;

namespace Assistant.ModelServers.Catalogs;

/// <summary>Questions about a server itself. None of them makes the server load a model.</summary>
internal sealed class ServerQuestions(HttpClient http, EndpointSettings endpoint, TimeProvider clock)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    // Counted from the first byte, so that a slow trickle of bytes cannot go on for ever.
    private static readonly TimeSpan WholeAnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, ServerAnswer> kept = new();

    /// <summary>Asks below the base path, which is <c>/v1/</c> in most cases.</summary>
    public Task<ServerAnswer> AskBaseAsync(string path, CancellationToken token) =>
        AskAsync(new Uri(endpoint.BaseUrl, path), DefaultTimeout, token);

    /// <summary>Asks beside the base path: <c>/props</c>, <c>/api/v1/models</c>.</summary>
    public Task<ServerAnswer> AskRootAsync(string path, CancellationToken token) => AskRootAsync(path, DefaultTimeout, token);

    /// <param name="firstByteTimeout">The timeout of the first byte.</param>
    public Task<ServerAnswer> AskRootAsync(string path, TimeSpan firstByteTimeout, CancellationToken token) =>
        AskAsync(Root(path), firstByteTimeout, token);

    /// <summary>A question with a constant answer: the first successful reply is kept.</summary>
    /// <param name="key">Names the facts that the answer depends on.</param>
    /// <param name="body">The body of the POST request.</param>
    public async Task<ServerAnswer> AskOnceAsync(string key, string path, JsonObject body, CancellationToken token)
    {
        if (!kept.TryGetValue(key, out var answer))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Root(path)) { Content = StrictRequest.Write(body) };
            answer = await AskAsync(request, DefaultTimeout, token);
            if (answer.Ok)
            {
                kept[key] = answer;
            }
        }
        return answer;
    }

    /// <summary>Runs a command that the user asked for: a load or a download of a model.</summary>
    /// <param name="firstByteTimeout">The timeout of the first byte.</param>
    /// <exception cref="ModelServerException">The server does not answer, or the reply is an error, at any status.</exception>
    public async Task<JsonElement> PostAsync(string path, JsonObject body, TimeSpan firstByteTimeout, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Root(path)) { Content = StrictRequest.Write(body) };
        var answer = await AskAsync(request, firstByteTimeout, token);
        return answer.Ok && !ServerErrorParser.HasError(answer.Text) ? answer.Json : throw answer.ToException(endpoint);
    }

    /// <summary>Runs a command whose reply reports its progress line by line (Ollama).</summary>
    /// <exception cref="ModelServerException">The server does not answer, or a line is an error.</exception>
    public async IAsyncEnumerable<JsonElement> PostLinesAsync(
        string path, JsonObject body, TimeSpan firstByteTimeout, [EnumeratorCancellation] CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Root(path)) { Content = StrictRequest.Write(body) };
        request.Options.Set(ResilienceHandler.Question, true);
        request.Options.Set(ResilienceHandler.FirstByteTimeout, firstByteTimeout);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(token));
        request.Options.TryGetValue(ResilienceHandler.ReplyBody, out var watched);
        watched?.ReadInParts();
        while (await reader.ReadLineAsync(token) is { } line)
        {
            watched?.PartCame();
            if (response.StatusCode != HttpStatusCode.OK || ServerErrorParser.HasError(line))
            {
                throw ServerErrorParser.ToException(endpoint, (int)response.StatusCode, line);
            }
            yield return JsonElementReader.Parse(JsonSanitizer.ReplaceLoneSurrogates(line));
        }
    }

    private Uri Root(string path) =>
        new(endpoint.BaseUrl, endpoint.BaseUrl.AbsolutePath.EndsWith("/v1/", StringComparison.Ordinal) ? $"../{path}" : path);

    private async Task<ServerAnswer> AskAsync(Uri uri, TimeSpan firstByteTimeout, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        return await AskAsync(request, firstByteTimeout, token);
    }

    /// <exception cref="ModelServerException">The server does not answer.</exception>
    private async Task<ServerAnswer> AskAsync(HttpRequestMessage request, TimeSpan firstByteTimeout, CancellationToken token)
    {
        request.Options.Set(ResilienceHandler.Question, true);
        request.Options.Set(ResilienceHandler.FirstByteTimeout, firstByteTimeout);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
        using var late = new CancellationTokenSource(WholeAnswerTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, late.Token);
        string text;
        try
        {
            text = await WholeReply.ReadAsync(response.Content, endpoint, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !token.IsCancellationRequested)
        {
            throw ModelServerErrors.EndlessAnswer(endpoint, WholeAnswerTimeout);
        }
        var server = response.Headers.TryGetValues("Server", out var names) ? string.Join(' ', names) : "";
        return new ServerAnswer(
            response.StatusCode, server, response.Headers.Contains("X-Powered-By"), text, JsonElementReader.Parse(text));
    }
}

/// <param name="Server">The <c>Server</c> header.</param>
/// <param name="Express">The reply has Express's header; LM Studio's replies do.</param>
/// <param name="Json">Undefined if the body is not JSON.</param>
internal sealed record ServerAnswer(HttpStatusCode Status, string Server, bool Express, string Text, JsonElement Json)
{
    public bool Ok => Status == HttpStatusCode.OK;

    public ModelServerException ToException(EndpointSettings endpoint) => ServerErrorParser.ToException(endpoint, (int)Status, Text);
}
