using System.Net;
using System.Net.Sockets;

namespace ModelServerSimulator;

/// <summary>
/// A listener on 127.0.0.1 that hands each request over. Own, since no library emits HTTP/1.0 without lengths or hangs up on demand.
/// </summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly HashSet<HttpConnection> connections = [];
    private readonly RequestLog log;
    private readonly Func<SimulatorOptions> options;
    private readonly Func<Exchange, Task> answer;
    private readonly Task accepting;

    public HttpServer(int port, RequestLog log, Func<SimulatorOptions> options, Func<Exchange, Task> answer)
    {
        (this.log, this.options, this.answer) = (log, options, answer);
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Ends as a killed process does: the port is free and every connection is reset.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        lock (gate)
        {
            foreach (var connection in connections)
            {
                connection.Reset();
            }
        }
        await accepting;
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptSocketAsync(stop.Token);
                socket.NoDelay = true;
                serving.RemoveAll(task => task.IsCompletedSuccessfully);
                serving.Add(ServeAsync(socket));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
            {
                // The listener was closed (before or in the call), or a client was gone before it was accepted.
            }
        }
        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket)
    {
        LoggedRequest? current = null;
        using var connection = new HttpConnection(socket, gone => current?.PeerClosedAsync(gone) ?? gone.CancelAsync());
        lock (gate)
        {
            connections.Add(connection);
        }
        var pump = connection.PumpAsync();
        try
        {
            while (await connection.ReadAsync(stop.Token) is { } request)
            {
                var now = options();
                current = new LoggedRequest(log, now.Clock, request);
                log.Add(current);
                var exchange = new Exchange(connection, request, current, now, stop.Token);
                try
                {
                    await answer(exchange);
                }
                finally
                {
                    current.End();
                }
                if (!exchange.Keeps)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client has hung up or the simulator ends; both ends are in the log.
        }
        finally
        {
            lock (gate)
            {
                connections.Remove(connection);
            }
            connection.Dispose();
            await pump;
        }
    }
}
