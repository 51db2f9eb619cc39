using System.Diagnostics;
using Assistant.Inference.Fim;
using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Tests;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Benchmarks;

/// <summary>
/// Measures the overhead of the model layer against a peer of bare sockets: from a call (route, slot, prompt of 4,000 characters) to the
/// request's bytes at the peer, and from a token's bytes at the peer to the token at the caller.
/// </summary>
internal static class OverheadBenchmark
{
    private const int Requests = 500;
    private const int TokensEach = 20;
    private const int WarmUp = 100;

    private static readonly string Prompt = string.Concat(Enumerable.Repeat("var value = Compute(1, 2, 3);\n", 134));

    /// <summary>µs.</summary>
    public static Task<(double[] Requests, double[] Tokens)> ChatAsync() => RunAsync(async (servers, token, handed) =>
    {
        await foreach (var update in servers.Chat(ModelTask.ChatCoding)
            .GetStreamingResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 64 }, token))
        {
            if (update.Text.Length > 0)
            {
                handed();
            }
        }
    });

    /// <summary>µs.</summary>
    public static Task<(double[] Requests, double[] Tokens)> CompletionAsync() => RunAsync(async (servers, token, handed) =>
    {
        var route = (await servers.Router.RouteAsync(new RouteRequest(ModelTask.Completion, Document: "a.cs"), token)).Route!;
        using var lease = await servers.Scheduler.AcquireAsync(route, RequestClass.Completion, "a.cs", token);
        var request =
            new FimRequest(Prompt, route.Family.Fim!.Stops, MaxTokens: 64, Temperature: 0, Grammar: null, Chat: null, Lease: lease);
        await foreach (var chunk in servers.Fim.StreamAsync(route, request, token))
        {
            if (chunk.Text.Length > 0)
            {
                handed();
            }
        }
    });

    private static async Task<(double[] Requests, double[] Tokens)> RunAsync(Func<ModelServices, CancellationToken, Action, Task> ask)
    {
        using var peer = new RawPeer();
        var settings = AssistantSettings.Defaults with { Endpoints = [EndpointSettings.At("peer", peer.BaseUrl)] };
        using var servers = new ModelServices(settings, TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance);
        var (requests, tokens) = (new List<double>(), new List<double>());
        for (var index = -WarmUp; index < Requests; index++)
        {
            TaskCompletionSource<long> seen = New();
            var started = Stopwatch.GetTimestamp();
            var answer = Task.Run(() => ask(servers, CancellationToken.None, () => seen.TrySetResult(Stopwatch.GetTimestamp())));
            var arrival = await peer.NextAsync();
            await arrival.HeadAsync();
            for (var token = 0; token < TokensEach; token++)
            {
                seen = New();
                var sent = await arrival.TokenAsync("value ");
                var handed = await seen.Task;
                if (index >= 0)
                {
                    tokens.Add(Stopwatch.GetElapsedTime(sent, handed).TotalMicroseconds);
                }
            }
            await arrival.EndAsync();
            await answer;
            if (index >= 0)
            {
                requests.Add(Stopwatch.GetElapsedTime(started, arrival.At).TotalMicroseconds);
            }
        }
        return ([.. requests], [.. tokens]);
    }

    private static TaskCompletionSource<long> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
