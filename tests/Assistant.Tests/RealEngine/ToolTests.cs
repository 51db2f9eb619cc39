using System.Text.Json;
using Assistant.Families;
using Assistant.Inference.Clients;
using Assistant.Inference.ToolCalls;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Models;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Tests.Inference.Clients;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.RealEngine;

/// <summary>
/// Usage figures, tools, structured output and vectors of a real llama-server with a real model.
/// </summary>
[Trait("Category", "RealEngine")]
[Collection("real engine")]
public sealed class ToolTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_chat_streams_and_reports_its_tokens()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        using var guard = new CancellationTokenSource(Guard);
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in servers.Chat(ModelTask.ChatGeneral).GetStreamingResponseAsync(
            "Say hello.", new ChatOptions { MaxOutputTokens = 24, Temperature = 0 }, guard.Token))
        {
            updates.Add(update);
        }
        var response = updates.ToChatResponse();
        Assert.True(updates.Count(update => update.Text.Length > 0) > 3);
        Assert.Contains("ello", response.Text);
        Assert.True(response.Usage is { InputTokenCount: > 0, OutputTokenCount: > 0, CachedInputTokenCount: not null });
        Assert.True((double)updates[^1].AdditionalProperties![WireOptions.TokensPerSecond]! > 0);
        Assert.Equal("qwen2.5-coder-0.5b-instruct", response.ModelId);

        var again = await servers.Chat(ModelTask.ChatGeneral).GetResponseAsync(
            "Say hello.", new ChatOptions { MaxOutputTokens = 3, Temperature = 0 }, guard.Token);
        Assert.Equal(ChatFinishReason.Length, again.FinishReason);
        Assert.True(again.Usage!.CachedInputTokenCount > 0);
    }

    [Fact]
    public async Task A_tool_is_called_by_schema_and_the_model_uses_its_result()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        using var guard = new CancellationTokenSource(Guard);
        var chat = servers.Chat(ModelTask.ChatCoding);
        var readFile = ChatServer.Tool("read_file", """{"type":"object","properties":{"path":{"type":"string"}},"required":["path"]}""");
        List<ChatMessage> messages = [new(ChatRole.User, "Read the file src/Program.cs and say which class it declares.")];
        var first = await chat.GetResponseAsync(
            messages, new ChatOptions { Tools = [readFile], Temperature = 0, MaxOutputTokens = 200 }, guard.Token);
        var call = Assert.Single(first.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.Null(call.Exception);
        Assert.Equal(
            ("read_file", "src/Program.cs", ChatFinishReason.ToolCalls), (call.Name, $"{call.Arguments!["path"]}", first.FinishReason));

        messages.AddMessages(first);
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, "public class Frobnicator { }")]));
        var second = await chat.GetResponseAsync(messages, new ChatOptions { Temperature = 0, MaxOutputTokens = 100 }, guard.Token);
        Assert.Contains("Frobnicator", second.Text);
    }

    [Fact]
    public async Task An_answer_follows_its_schema()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        using var guard = new CancellationTokenSource(Guard);
        using var schema = JsonDocument.Parse(
            """
            {
              "type": "object",
              "properties": { "language": { "type": "string", "enum": ["csharp", "java"] } },
              "required": ["language"],
              "additionalProperties": false
            }
            """);
        var response = await servers.Chat(ModelTask.ChatGeneral).GetResponseAsync(
            "Which language is this: Console.WriteLine(1);",
            new ChatOptions
            {
                ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement),
                Temperature = 0,
                MaxOutputTokens = 60,
            },
            guard.Token);
        using var answer = JsonDocument.Parse(response.Text);
        Assert.Contains(answer.RootElement.GetProperty("language").GetString(), (string[])["csharp", "java"]);
    }

    [Fact]
    public async Task Similar_texts_have_similar_vectors()
    {
        await using var engine = await LlamaServer.StartAsync(embeddings: true);
        using var guard = new CancellationTokenSource(Guard);
        using var endpoints = new EndpointRegistry(TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance);
        var route = new ModelRoute(
            EndpointSettings.At("real", engine.BaseUrl), EndpointKind.LlamaCpp, "qwen2.5-coder-0.5b-instruct", ModelFamilies.Unknown, 4_096,
            Grammar: false, KeepsFirstSpace: true, ChatFallback: false);
        var vectors = await new EndpointClients(endpoints, new ToolCallModes(), TimeProvider.System).Embeddings(route).GenerateAsync(
            ["int Add(int a, int b) => a + b;", "int Sum(int x, int y) => x + y;", "The weather was fine in May."],
            cancellationToken: guard.Token);
        Assert.Equal(3, vectors.Count);
        Assert.True(Likeness(vectors[0], vectors[1]) > Likeness(vectors[0], vectors[2]));
    }

    private static double Likeness(Embedding<float> one, Embedding<float> other)
    {
        var (a, b) = (one.Vector.ToArray(), other.Vector.ToArray());
        return a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(y => y * y));
    }

    private static ModelServices Servers(LlamaServer engine) => new(
        AssistantSettings.Defaults with
        {
            Endpoints = [EndpointSettings.At("real", engine.BaseUrl) with { FirstByteTimeout = Guard, IdleTimeout = Guard }],
        },
        TimeProvider.System,
        NullLogger.Instance,
        NullAuditLog.Instance);
}
