using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Tests.Lsp;

namespace Assistant.Tests.Server;

public sealed class LifecycleTests
{
    [Fact]
    public async Task Shutdown_then_exit_gives_0()
    {
        await using var client = TestClient.Start(ToyServer.RunAsync);
        await client.InitializeAsync();
        Assert.Equal(0, await client.ShutdownAsync());
    }

    [Fact]
    public async Task Exit_without_shutdown_gives_1()
    {
        await using var client = TestClient.Start(ToyServer.RunAsync);
        await client.InitializeAsync();
        client.Notify(Methods.Exit, new());
        Assert.Equal(1, await client.ExitedAsync());
    }

    [Fact]
    public async Task Exit_before_initialize_gives_1()
    {
        await using var client = TestClient.Start(ToyServer.RunAsync);
        client.Notify(Methods.Exit, new());
        Assert.Equal(1, await client.ExitedAsync());
    }

    [Fact]
    public async Task The_end_of_stdin_ends_the_server()
    {
        await using var client = TestClient.Start(ToyServer.RunAsync);
        await client.InitializeAsync();
        Assert.Equal(1, await client.HangUpAsync());
    }

    [Fact]
    public async Task Requests_before_initialize_are_refused()
    {
        await using var client = TestClient.Start(ToyServer.RunAsync);
        Assert.Equal(RpcErrorCodes.ServerNotInitialized, await ErrorOf(client.RequestAsync(Methods.Ping, new())));
        await client.InitializeAsync();
        await client.RequestAsync(Methods.Ping, new());
    }

    [Fact]
    public async Task Requests_after_shutdown_are_refused()
    {
        await using var client = TestClient.Start(ToyServer.RunAsync);
        await client.InitializeAsync();
        await client.RequestAsync(Methods.Shutdown, new());
        Assert.Equal(RpcErrorCodes.InvalidRequest, await ErrorOf(client.RequestAsync(Methods.Ping, new())));
        Assert.Equal(RpcErrorCodes.InvalidRequest, await ErrorOf(client.RequestAsync(Methods.Shutdown, new())));
    }

    [Fact]
    public async Task A_second_initialize_is_refused()
    {
        await using var client = TestClient.Start(ToyServer.RunAsync);
        await client.InitializeAsync();
        Assert.Equal(RpcErrorCodes.InvalidRequest, await ErrorOf(client.RequestAsync(Methods.Initialize, new())));
    }

    private static async Task<int> ErrorOf<T>(Task<T> request) => (await Assert.ThrowsAsync<RpcException>(() => request)).Error.Code;
}
