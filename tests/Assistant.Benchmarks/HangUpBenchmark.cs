using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Assistant.Families;
using Assistant.Inference.Fim;
using Assistant.Models;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Benchmarks;

/// <summary>Measures the time from the decision to stop a generation to the close of the connection at the peer's socket.</summary>
internal static class HangUpBenchmark
{
    private const int Count = 500;

    /// <summary>µs; while tokens arrive, or before the first byte.</summary>
    public static async Task<double[]> RunAsync(bool inStream)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = EndpointSettings.At("peer", new Uri($"http://{listener.LocalEndpoint}"));
        using var servers = new ModelServices(
            AssistantSettings.Defaults with { Endpoints = [endpoint] }, TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance);
        var family = ModelFamilies.Of("qwen2.5-coder");
        var route = new ModelRoute(endpoint, EndpointKind.LlamaCpp, "m", family, 4096, Grammar: true, KeepsFirstSpace: true,
            ChatFallback: false);
        var request = new FimRequest(new string('x', 4000), family.Fim!.Stops, MaxTokens: 64, Temperature: 0, Grammar: null, Chat: null);

        var times = new double[Count];
        for (var index = 0; index < Count; index++)
        {
            using var cancel = new CancellationTokenSource();
            var started = new TaskCompletionSource();
            var answer = AnswerAsync(servers.Fim, route, request, started, cancel.Token);
            using var peer = await listener.AcceptSocketAsync();
            await ReadRequestAsync(peer);
            if (inStream)
            {
                await peer.SendAsync(FirstToken);
                await started.Task;
            }
            var closed = SeeCloseAsync(peer);
            var decided = Stopwatch.GetTimestamp();
            await cancel.CancelAsync();
            times[index] = Stopwatch.GetElapsedTime(decided, await closed).TotalMicroseconds;
            await answer;
        }
        return times;
    }

    private static readonly byte[] FirstToken = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        + Chunk("data: {\"choices\":[{\"text\":\"return\",\"index\":0,\"finish_reason\":null}]}\n\n"));

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    private static async Task AnswerAsync(IFimClient client, ModelRoute route, FimRequest request, TaskCompletionSource started,
        CancellationToken token)
    {
        try
        {
            await foreach (var _ in client.StreamAsync(route, request, token))
            {
                started.TrySetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // The measured time starts here.
        }
    }

    private static async Task ReadRequestAsync(Socket peer)
    {
        var text = "";
        var buffer = new byte[16_384];
        while (!IsWhole(text))
        {
            text += Encoding.ASCII.GetString(buffer, 0, await peer.ReceiveAsync(buffer));
        }
    }

    private static bool IsWhole(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }
        const string Length = "Content-Length: ";
        var at = request.IndexOf(Length, StringComparison.OrdinalIgnoreCase) + Length.Length;
        return request.Length - end - 4 >= int.Parse(request.AsSpan(at, request.IndexOf('\r', at) - at));
    }

    private static async Task<long> SeeCloseAsync(Socket peer)
    {
        var buffer = new byte[64];
        try
        {
            while (await peer.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset counts as a close.
        }
        return Stopwatch.GetTimestamp();
    }
}
