using System.Runtime.CompilerServices;
using System.Text.Json;
using Assistant.Families;
using Assistant.Inference.Clients;
using Assistant.Inference.Fim;
using Assistant.Inference.ToolCalls;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.ModelServers.Endpoints;
using Assistant.Models;
using Assistant.Prompts;
using Assistant.Routing;
using Assistant.Settings;
using Microsoft.Extensions.AI;

namespace Assistant.Doctor;

/// <summary>Tests a loaded model with a few tokens each: text, a hole, tool calls (streamed and whole), embeddings.</summary>
internal sealed class DoctorModel(ModelServices models, ModelEndpoint endpoint, ModelRoute route)
{
    /// <summary>A hole that even small code models fill correctly: with the names of the two parameters.</summary>
    public const string HoleBefore = "class Adder\n{\n    // Adds two numbers.\n    int Add(int first, int second)\n    {\n        return ";

    public const string HoleAfter = "\n    }\n}\n";

    private const int HoleTokens = 24;

    // Enough for a schema's JSON around the call, and for reasoning before it.
    private const int CallTokens = 256;

    private static readonly AIFunctionDeclaration GetTime = AIFunctionFactory.CreateDeclaration(
        "get_time", "Tells the time of day in a time zone.",
        JsonDocument.Parse(
            """
            {"type":"object","properties":{"zone":{"type":"string","description":"Such as Europe/Berlin."}},"required":["zone"]}
            """).RootElement);

    private ModelRoute route = route;

    public async IAsyncEnumerable<DoctorFinding> ExamineAsync(ModelTask task, [EnumeratorCancellation] CancellationToken token)
    {
        var checks = task switch
        {
            ModelTask.Completion => (Func<CancellationToken, Task<DoctorFinding?>>[])[GeneratesAsync, MarkersAsync, HoleAsync],
            ModelTask.Embed => [EmbedsAsync],
            _ => [cancel => ToolsAsync(whole: false, cancel), cancel => ToolsAsync(whole: true, cancel)],
        };
        foreach (var check in checks)
        {
            DoctorFinding? finding;
            var failed = false;
            try
            {
                finding = await check(token);
            }
            catch (ModelServerException failure)
            {
                failed = true;
                finding = DoctorReach.Of(Subject, failure);
                finding = task == ModelTask.ChatCoding && finding.Code == "model.fails" ? finding with { Code = "chat.fails" } : finding;
            }
            if (finding is not null)
            {
                yield return finding;
            }
            if (failed || finding is { Severity: DoctorSeverity.Error })
            {
                yield break;
            }
        }
    }

    private string Subject => $"{route.ModelId} at {route.Endpoint.Name}";

    /// <summary>Generates one token. On mlx the check also determines the family.</summary>
    private async Task<DoctorFinding?> GeneratesAsync(CancellationToken token)
    {
        if (route is { Kind: EndpointKind.Mlx, ModelId: MlxCatalog.DefaultModel })
        {
            var family = await endpoint.Liveness.FamilyAsync(
                route.ModelId, endpoint.Families, text => models.Counting.CountTokensAsync(route, text, token), token);
            route = route with { Family = family, ChatFallback = family.Fim is null };
        }
        else
        {
            await models.Counting.CountTokensAsync(route, "x", token);
        }
        return new DoctorFinding("model", DoctorSeverity.Ok, Subject, $"The model generates text; its family is {route.Family.Name}.");
    }

    /// <summary>A model whose FIM markers are not one token each treats them as plain text: it is of another family.</summary>
    private async Task<DoctorFinding?> MarkersAsync(CancellationToken token)
    {
        if (route.Family.Fim is not { } fim)
        {
            return new DoctorFinding("fim.none", DoctorSeverity.Note, Subject,
                "The model was not trained to fill holes, so completions use chat, which is slower.",
                route.Family == ModelFamilies.Unknown
                    ? "If it is a code model, name its family in models.families."
                    : "Load a code model, such as qwen2.5-coder-7b, for suggestions.");
        }
        string[] markers = [.. new[] { fim.Prefix.Trim(), fim.Suffix.Trim(), fim.Middle.Trim() }.Where(marker => marker.Length > 0)];
        var count = await models.Counting.CountTokensAsync(route, string.Concat(markers), token);
        return count is not { } tokens || MarkerProbes.AreSpecial(markers, tokens) ? null
            : new DoctorFinding("fim.markers", DoctorSeverity.Error, Subject,
                $"The model reads the {markers.Length} markers of the family {route.Family.Name} as {tokens} tokens: as plain text.",
                "Its name suggests a wrong family: name the right one in models.families, or load another build of the model.");
    }

    private async Task<DoctorFinding?> HoleAsync(CancellationToken token)
    {
        if (route.Family.Fim is null)
        {
            return null;
        }
        var prompt = FimPrompts.BuildAsTyped(new PromptWindow(HoleBefore, HoleAfter, FromDocumentStart: true, Anchor: 0), route.Family);
        var answer = "";
        var request = new FimRequest(prompt.Text, prompt.Stops, HoleTokens, Temperature: 0, Grammar: null, Chat: null);
        await foreach (var chunk in models.Counting.StreamAsync(route, request, token))
        {
            answer += chunk.Text;
        }
        return answer.Contains("first", StringComparison.Ordinal) && answer.Contains("second", StringComparison.Ordinal)
            ? new DoctorFinding("fim.answer", DoctorSeverity.Ok, Subject, "The model fills a small hole correctly.")
            : new DoctorFinding("fim.answer", DoctorSeverity.Warning, Subject,
                $"Instead of \"first + second;\" the model wrote {(answer.Trim().Length == 0 ? "nothing" : $"\"{Short(answer)}\"")}.",
                "If it is a code model, check that models.families names its family; else load a code model.");
    }

    /// <summary>Checks that the model calls a tool with its arguments: natively, else through a schema that the server enforces.</summary>
    private async Task<DoctorFinding?> ToolsAsync(bool whole, CancellationToken token)
    {
        var code = whole ? "tools.whole" : "tools.streamed";
        if (await CallsAsync(whole, way: null, token))
        {
            return new DoctorFinding(
                code, DoctorSeverity.Ok, Subject, $"The model calls a tool ({(whole ? "whole replies" : "streamed")}).");
        }
        return route.Abilities.HasFlag(ModelAbilities.Schema) && await CallsAsync(whole, ToolCallMode.Schema, token)
            ? new DoctorFinding(code, DoctorSeverity.Note, Subject,
                "The model does not call a tool natively, but does through a schema that its server enforces.")
            : new DoctorFinding(code, DoctorSeverity.Warning, Subject,
                $"The model was asked to use a tool and did not call it ({(whole ? "whole replies" : "streamed")}).",
                "Load a model that was trained to call tools, such as qwen3-coder, for chat.");
    }

    private async Task<bool> CallsAsync(bool whole, ToolCallMode? way, CancellationToken token)
    {
        var options = new ChatOptions
        {
            Tools = [GetTime], MaxOutputTokens = CallTokens, Temperature = 0, AdditionalProperties = new() { [WireOptions.Whole] = whole },
        };
        if (way is { } forced)
        {
            options.AdditionalProperties[WireOptions.ToolCallMode] = forced;
        }
        var client = models.Clients.Chat(route);
        var response = await client.GetResponseAsync(
            [new(ChatRole.User, "What time is it in Berlin? Find out with the tool get_time.")], options, token);
        return response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()
            .Any(call => call is { Name: "get_time", Exception: null } && call.Arguments?.ContainsKey("zone") == true);
    }

    private async Task<DoctorFinding?> EmbedsAsync(CancellationToken token)
    {
        var vectors = await models.Clients.Embeddings(route).GenerateAsync(["one", "two"], cancellationToken: token);
        return vectors.Select(vector => vector.Vector.ToArray())
            .All(values => values.Length > 0 && values.All(float.IsFinite) && values.Any(value => value != 0))
            ? new DoctorFinding("embeddings", DoctorSeverity.Ok, Subject, $"The model makes vectors of {vectors[0].Vector.Length} numbers.")
            : new DoctorFinding("embeddings", DoctorSeverity.Error, Subject,
                "The model's vectors are empty, all zero, or contain values that are not finite.", "Load another embedding model.");
    }

    private static string Short(string text) => text.Trim() is var line && line.Length > 60 ? line[..60] + "…" : text.Trim();
}
