using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Assistant.Lsp.Protocol;
using Assistant.Tests.Handlers;

namespace Assistant.Tests.RealEngine;

/// <summary>
/// A whole session against a real engine that is stopped, killed, replaced and restarted: typing goes on, and the status names the problem.
/// </summary>
[Trait("Category", "RealEngine")]
[Collection("real engine")]
public sealed class SessionTests
{
    private const string Adder =
        "class Adder\n{\n    // Adds two numbers.\n    int Add(int first, int second)\n    {\n        return $$\n    }\n}\n";

    [Fact]
    public async Task Ghost_text_comes_from_the_real_model()
    {
        await using var engine = await LlamaServer.StartAsync();
        await using var session = await TestSession.StartAsync(engine.BaseUrl);
        var item = Assert.Single((await session.CompleteAsync(session.Open(Adder), InlineCompletionTriggerKind.Invoked))!.Items);
        Assert.StartsWith("first + second", item.InsertText);
        Assert.Equal("model", item.Command!.Arguments![0].GetProperty("engine").GetString());
    }

    [Fact]
    public async Task The_session_survives_an_engine_that_is_stopped_killed_replaced_and_restarted()
    {
        await using var engine = await LlamaServer.StartAsync();
        await using var session = await TestSession.StartAsync(engine.BaseUrl, firstByteTimeout: 2);
        var at = session.Open(Adder);
        Assert.StartsWith("first + second", await session.GhostAsync(at, InlineCompletionTriggerKind.Invoked));

        // SIGSTOP: the socket accepts the request, and the process does not answer.
        engine.Stop();
        at = session.Type(at, "second ");
        Assert.Null(await session.GhostAsync(at, InlineCompletionTriggerKind.Invoked));
        await session.Client.WaitForAsync(Methods.Status, status => status is { State: "wedged" or "down", Remedy.Length: > 0 });
        engine.Continue();
        await EventuallyAsync(session, at, text => text is not null);

        // SIGKILL between two requests.
        await engine.KillAsync();
        at = session.Type(at, "* ");
        Assert.Null(await session.GhostAsync(at, InlineCompletionTriggerKind.Invoked));
        await session.Client.WaitForAsync(Methods.Status, status => status is { State: "down", Remedy.Length: > 0 });

        // Another server takes its port.
        using (var other = new TcpListener(IPAddress.Loopback, engine.Port))
        {
            other.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            other.Start();
            _ = AnswerNonsenseAsync(other);
            await EventuallyAsync(session, at, _ => session.Client.Received.Any(IsUnexpectedServer));
        }

        await engine.StartAgainAsync();
        await EventuallyAsync(session, at, text => text is not null);
    }

    /// <summary>
    /// Polls, as a user would try again: only requests show the state of a foreign process, after a pause that grows by the system's clock.
    /// </summary>
    private static async Task EventuallyAsync(TestSession session, Position at, Func<string?, bool> isSo)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isSo(await session.GhostAsync(at, InlineCompletionTriggerKind.Invoked)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, guard.Token);
        }
    }

    private static bool IsUnexpectedServer(JsonElement message) =>
        message.TryGetProperty("method", out var method)
        && method.GetString() == Methods.Status.Name
        && message.GetProperty("params").GetProperty("state").GetString() == "unexpectedServer";

    private static async Task AnswerNonsenseAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync();
                await socket.ReceiveAsync(new byte[4096]);
                var reply = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 17\r\nConnection: close\r\n\r\n"u8
                    + "<html>hi</html>\r\n"u8;
                await socket.SendAsync(reply.ToArray());
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test has ended and closed the listener.
        }
    }
}
