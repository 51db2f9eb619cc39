using System.Text;
using System.Text.Json.Nodes;
using ModelServerSimulator;

namespace Assistant.Tests.SimulatedServers;

/// <summary>Sends the HTTP requests of these tests to a simulator.</summary>
internal static class Ask
{
    /// <summary>The text and finish reason of a server of this kind when its model emits a text.</summary>
    public static async Task<(string Text, string? Reason)> Check(string profile, string emitted, string[] stops, string? grammar = null)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = profile });
        simulator.Brain.Enqueue(emitted);
        var body = new JsonObject { ["prompt"] = "p", ["stop"] = new JsonArray([.. stops.Select(stop => (JsonNode)stop)]) };
        if (grammar is not null)
        {
            body["grammar"] = grammar;
        }
        var choice = JsonNode.Parse((await PostAsync(simulator, "/v1/completions", body)).Body)!["choices"]![0]!;
        return (choice["text"]!.GetValue<string>(), choice["finish_reason"]?.GetValue<string>());
    }

    public static async Task<(int Status, string Body)> PostAsync(Simulator simulator, string path, JsonObject body)
    {
        using var client = new HttpClient { BaseAddress = simulator.BaseUrl };
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public static async Task<(int Status, string Body)> GetAsync(Simulator simulator, string path)
    {
        using var client = new HttpClient { BaseAddress = simulator.BaseUrl };
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public static JsonObject Prompt(string prompt, bool stream = false, int tokens = 100) =>
        new() { ["prompt"] = prompt, ["stream"] = stream, ["max_tokens"] = tokens };

    /// <summary>A request whose reply is discarded and that ends with its connection.</summary>
    public static OpenRequest Open(Simulator simulator, JsonObject body, string path = "/v1/completions") => new(simulator, path, body);
}

/// <summary>A running request that can close its connection.</summary>
internal sealed class OpenRequest : IAsyncDisposable
{
    private readonly CancellationTokenSource hangUp = new();
    private readonly Task running;

    public OpenRequest(Simulator simulator, string path, JsonObject body) => running = RunAsync(simulator.BaseUrl, path, body);

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await hangUp.CancelAsync();
        await running;
        hangUp.Dispose();
    }

    /// <summary>Completes with the whole reply.</summary>
    public Task Completion => running;

    private async Task RunAsync(Uri server, string path, JsonObject body)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        var text = body.ToJsonString();
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(text)}\r\n\r\n{text}"));
        try
        {
            var buffer = new byte[4096];
            while (await client.GetStream().ReadAsync(buffer, hangUp.Token) > 0)
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client hung up, or the server reset the connection.
        }
    }
}
