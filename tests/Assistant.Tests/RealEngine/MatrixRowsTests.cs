using Assistant.Models;
using Assistant.Settings;
using Assistant.Tests.Matrix;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.RealEngine;

/// <summary>
/// Rows of the matrix that a real llama-server can play; tools, schema, overflow, hang-up and kill -9 are in the files beside this.
/// </summary>
[Trait("Category", "RealEngine")]
[Collection("real engine")]
public sealed class MatrixRowsTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_healthy_server_gives_the_expected_answers()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        var completion = await MatrixCalls.AskAsync(servers, Call.Completion, null).WaitAsync(Guard, TimeProvider.System);
        Assert.Null(completion.Error);
        Assert.Contains("first", completion.Text, StringComparison.Ordinal);
        var chat = await MatrixCalls.AskAsync(servers, Call.Chat, null).WaitAsync(Guard, TimeProvider.System);
        Assert.Null(chat.Error);
        Assert.NotEmpty(chat.Text);
        // The server was started without the flag for vectors, and its status says so before the first request.
        var vectors = await MatrixCalls.AskAsync(servers, Call.Embeddings, null).WaitAsync(Guard, TimeProvider.System);
        Assert.Contains("no model that could make vectors", vectors.Error!.Message, StringComparison.Ordinal);
    }

    /// <summary>The words and the remedy of the row, for each call.</summary>
    [Fact]
    public async Task A_closed_port_gives_the_expected_errors()
    {
        await using var engine = await LlamaServer.StartAsync();
        await engine.KillAsync();
        foreach (var call in Enum.GetValues<Call>())
        {
            using var servers = Servers(engine);
            var expected = Assert.IsType<Failure>(MatrixRows.All.Single(row => row.Name == "nothing listens").For("llamacpp", call));
            var error = (await MatrixCalls.AskAsync(servers, call, null).WaitAsync(Guard, TimeProvider.System)).Error!;
            Assert.Contains(expected.Words, error.Message, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(expected.Remedy, error.Remedy, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static ModelServices Servers(LlamaServer engine) => new(
        AssistantSettings.Defaults with { Endpoints = [EndpointSettings.At("here", engine.BaseUrl)] },
        TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance);
}
