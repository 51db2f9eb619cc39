using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assistant.ModelServers.Dialects;
using Assistant.ModelServers.Transport;
using Assistant.Settings;

namespace Assistant.ModelServers.Catalogs;

/// <summary>The questions that may be asked of any server: they make nobody load a model.</summary>
internal sealed class ServerQuestions(HttpClient http, EndpointSettings endpoint, TimeProvider clock)
{
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(5);

    // From the first byte on: a list that comes in drops is no answer.
    private static readonly TimeSpan WholeAfter = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, ServerAnswer> kept = new();

    /// <summary>The base path, <c>/v1/</c> in most cases.</summary>
    public Task<ServerAnswer> AskBaseAsync(string path, CancellationToken token) =>
        AskAsync(new Uri(endpoint.BaseUrl, path), UsualPatience, token);

    /// <summary>Beside the base path: <c>/props</c>, <c>/api/v1/models</c>.</summary>
    public Task<ServerAnswer> AskRootAsync(string path, CancellationToken token) => AskRootAsync(path, UsualPatience, token);

    /// <param name="patience">How long the first byte may take.</param>
    public Task<ServerAnswer> AskRootAsync(string path, TimeSpan patience, CancellationToken token) =>
        AskAsync(Root(path), patience, token);

    /// <summary>A question whose answer does not change, asked until it was answered well.</summary>
    /// <param name="key">Names the facts that the answer depends on.</param>
    /// <param name="body">It is put as a POST with this.</param>
    public async Task<ServerAnswer> AskOnceAsync(string key, string path, JsonObject body, CancellationToken token)
    {
        if (!kept.TryGetValue(key, out var answer))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Root(path)) { Content = StrictRequest.Write(body) };
            answer = await AskAsync(request, UsualPatience, token);
            if (answer.Ok)
            {
                kept[key] = answer;
            }
        }
        return answer;
    }

    /// <summary>Tells the server to do something that the user asked for: to load a model, to get one.</summary>
    /// <param name="patience">How long the first byte may take.</param>
    /// <exception cref="ModelServerException">Nobody answered, or the answer is an error, at any status.</exception>
    public async Task<JsonElement> TellAsync(string path, JsonObject body, TimeSpan patience, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Root(path)) { Content = StrictRequest.Write(body) };
        var answer = await AskAsync(request, patience, token);
        return answer.Ok && !ServerErrorParser.HasError(answer.Text) ? answer.Json : throw answer.ToException(endpoint);
    }

    /// <summary>The same, answered line by line while it is done (Ollama).</summary>
    /// <exception cref="ModelServerException">Nobody answered, or a line is an error.</exception>
    public async IAsyncEnumerable<JsonElement> TellLinesAsync(
        string path, JsonObject body, TimeSpan patience, [EnumeratorCancellation] CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Root(path)) { Content = StrictRequest.Write(body) };
        request.Options.Set(ResilienceHandler.Question, true);
        request.Options.Set(ResilienceHandler.FirstByteTimeout, patience);
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

    private async Task<ServerAnswer> AskAsync(Uri uri, TimeSpan patience, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        return await AskAsync(request, patience, token);
    }

    /// <exception cref="ModelServerException">Nobody answered.</exception>
    private async Task<ServerAnswer> AskAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken token)
    {
        request.Options.Set(ResilienceHandler.Question, true);
        request.Options.Set(ResilienceHandler.FirstByteTimeout, patience);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
        using var late = new CancellationTokenSource(WholeAfter, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, late.Token);
        string text;
        try
        {
            text = await WholeReply.ReadAsync(response.Content, endpoint, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !token.IsCancellationRequested)
        {
            throw ModelServerErrors.EndlessAnswer(endpoint, WholeAfter);
        }
        var server = response.Headers.TryGetValues("Server", out var names) ? string.Join(' ', names) : "";
        return new ServerAnswer(
            response.StatusCode, server, response.Headers.Contains("X-Powered-By"), text, JsonElementReader.Parse(text));
    }
}

/// <param name="Server">The <c>Server</c> header.</param>
/// <param name="Express">Made by Express, as LM Studio's are.</param>
/// <param name="Json">Undefined where the body is not JSON.</param>
internal sealed record ServerAnswer(HttpStatusCode Status, string Server, bool Express, string Text, JsonElement Json)
{
    public bool Ok => Status == HttpStatusCode.OK;

    public ModelServerException ToException(EndpointSettings endpoint) => ServerErrorParser.ToException(endpoint, (int)Status, Text);
}
