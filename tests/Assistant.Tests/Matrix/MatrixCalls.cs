using System.Text;
using System.Text.Json;
using Assistant.Inference.Fim;
using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Tests.Models;
using Microsoft.Extensions.AI;
using ModelServerSimulator;

namespace Assistant.Tests.Matrix;

/// <summary>The outcome of one call.</summary>
/// <param name="Text">The shown text, in its order.</param>
/// <param name="Calls">Tool calls, one a line; a call that names its error is its name and <c>!</c>.</param>
internal sealed record Outcome(
    string Text = "", string Thoughts = "", string Calls = "", int Vectors = 0, ModelServerException? Error = null)
{
    /// <summary>The forbidden content of the requests.</summary>
    public IReadOnlyList<string> Breaches { get; init; } = [];
}

/// <summary>The four calls through the services of the model layer; no other file of the matrix uses these services.</summary>
internal static class MatrixCalls
{
    public static ModelCall Wanted { get; } = new("read_file", """{"path":"src/Grüße.cs"}""");

    public const string WantedText = "read_file path=src/Grüße.cs";

    public static ModelTask TaskOf(Call call) => call switch
    {
        Call.Completion => ModelTask.Completion,
        Call.Embeddings => ModelTask.Embed,
        _ => ModelTask.ChatCoding,
    };

    public static Task<Outcome> AskAsync(ModelServices servers, Call call, string? named) => call switch
    {
        Call.Completion => CompleteAsync(servers),
        Call.Embeddings => EmbedAsync(servers, named),
        _ => ChatAsync(servers, named, withTools: call == Call.Tools),
    };

    private static async Task<Outcome> ChatAsync(ModelServices servers, string? named, bool withTools)
    {
        ChatMessage[] messages = [new(ChatRole.System, "You help with code."), new(ChatRole.User, "What does src/Grüße.cs do?")];
        var options = new ChatOptions { ModelId = named, Tools = withTools ? [ReadFile] : null, MaxOutputTokens = 200 };
        var (text, thoughts, calls) = (new StringBuilder(), new StringBuilder(), new List<string>());
        Outcome So(ModelServerException? failure) => new(text.ToString(), thoughts.ToString(), string.Join('\n', calls), Error: failure);
        try
        {
            await foreach (var update in servers.Chat(ModelTask.ChatCoding).GetStreamingResponseAsync(messages, options))
            {
                text.Append(update.Text);
                thoughts.AppendJoin("", update.Contents.OfType<TextReasoningContent>().Select(content => content.Text));
                calls.AddRange(update.Contents.OfType<FunctionCallContent>().Select(Written));
            }
            return So(null);
        }
        catch (ModelServerException failure)
        {
            return So(failure);
        }
    }

    private static async Task<Outcome> EmbedAsync(ModelServices servers, string? named)
    {
        try
        {
            var vectors = await servers.Embeddings.GenerateAsync(
                ["one text", "another text"], named is null ? null : new EmbeddingGenerationOptions { ModelId = named });
            var whole = vectors.Count(vector => vector.Vector.Length == 32 && vector.Vector.ToArray().Any(value => value != 0));
            return new Outcome(Vectors: whole);
        }
        catch (ModelServerException failure)
        {
            return new Outcome(Error: failure);
        }
    }

    private static string Written(FunctionCallContent call) => call.Exception is not null
        ? $"{call.Name}!"
        : $"{call.Name} " + string.Join(
            ' ', (call.Arguments ?? new Dictionary<string, object?>()).Select(argument => $"{argument.Key}={argument.Value}"));

    private static AIFunctionDeclaration ReadFile { get; } = AIFunctionFactory.CreateDeclaration(
        "read_file", "Reads a file of the solution.",
        JsonDocument.Parse("""{"type":"object","properties":{"path":{"type":"string"}},"required":["path"]}""").RootElement);

    private static async Task<Outcome> CompleteAsync(ModelServices servers)
    {
        var answer = await servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None);
        if (answer.Route is not { } route)
        {
            return new Outcome(Error: new ModelServerException(ModelFault.Down, answer.Status.Message, answer.Status.Remedy));
        }
        using var lease = await servers.Scheduler.AcquireAsync(route, RequestClass.Completion, "file:///Adder.cs", CancellationToken.None);
        var request = Served.Hole(route) with { Lease = lease };
        if (route.ChatFallback)
        {
            var hole = Served.Document.Replace(Served.Answer, "{{FILL_HERE}}", StringComparison.Ordinal);
            request = request with { Chat = new ChatHole("Fill the hole.", hole) };
        }
        var text = "";
        try
        {
            await foreach (var chunk in servers.Fim.StreamAsync(route, request, CancellationToken.None))
            {
                text += chunk.Text;
            }
            return new Outcome(text);
        }
        catch (ModelServerException failure)
        {
            return new Outcome(text, Error: failure);
        }
    }
}
