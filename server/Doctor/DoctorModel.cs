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

/// <summary>One loaded model at its work: whether it generates, fills a hole, calls a tool both ways, makes vectors. A few tokens each.</summary>
internal sealed class DoctorModel(ModelServices models, ModelEndpoint endpoint, ModelRoute route)
{
    /// <summary>A hole that every code model fills, however small: with the two names that stand above it.</summary>
    public const string HoleBefore = "class Adder\n{\n    // Adds two numbers.\n    int Add(int first, int second)\n    {\n        return ";

    public const string HoleAfter = "\n    }\n}\n";

    private const int HoleTokens = 24;

    // Room for a schema's frame around the call, and for those who think first.
    private const int CallTokens = 256;

    private static readonly AIFunctionDeclaration GetTime = AIFunctionFactory.CreateDeclaration(
        "get_time", "Tells the time of day in a time zone.",
        JsonDocument.Parse("""{"type":"object","properties":{"zone":{"type":"string","description":"Such as Europe/Berlin."}},"required":["zone"]}""").RootElement);

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

    /// <summary>One token. On mlx this also tells the family.</summary>
    private async Task<DoctorFinding?> GeneratesAsync(CancellationToken token)
    {
        if (route is { Kind: EndpointKind.Mlx, ModelId: MlxCatalog.DefaultModel })
        {
            var family = await endpoint.Liveness.FamilyAsync(route.ModelId, endpoint.Families, text => models.Counting.CountTokensAsync(route, text, token), token);
            route = route with { Family = family, ChatFallback = family.Fim is null };
        }
        else
        {
            await models.Counting.CountTokensAsync(route, "x", token);
        }
        return new DoctorFinding("model", DoctorSeverity.Ok, Subject, $"It generates; its family is {route.Family.Name}.");
    }

    /// <summary>A marker that is not one token is plain text to the model: the template is another family's.</summary>
    private async Task<DoctorFinding?> MarkersAsync(CancellationToken token)
    {
        if (route.Family.Fim is not { } fim)
        {
            return new DoctorFinding("fim.none", DoctorSeverity.Note, Subject, "It was not trained to fill holes, so it is asked by chat, which is slower.",
                route.Family == ModelFamilies.Unknown ? "If it is a code model, name its family in models.families." : "Load a code model, such as qwen2.5-coder-7b, for suggestions.");
        }
        string[] markers = [.. new[] { fim.Prefix.Trim(), fim.Suffix.Trim(), fim.Middle.Trim() }.Where(marker => marker.Length > 0)];
        var count = await models.Counting.CountTokensAsync(route, string.Concat(markers), token);
        return count is not { } tokens || MarkerProbes.AreSpecial(markers, tokens) ? null
            : new DoctorFinding("fim.markers", DoctorSeverity.Error, Subject,
                $"The markers of the family {route.Family.Name} are {tokens} tokens to it instead of {markers.Length}: it takes them for plain text.",
                "It is another model than its name says: name its family in models.families, or load another build of it.");
    }

    private async Task<DoctorFinding?> HoleAsync(CancellationToken token)
    {
        if (route.Family.Fim is null)
        {
            return null;
        }
        var prompt = FimPrompts.BuildAsTyped(new PromptWindow(HoleBefore, HoleAfter, FromDocumentStart: true, Anchor: 0), route.Family);
        var answer = "";
        await foreach (var chunk in models.Counting.StreamAsync(route, new FimRequest(prompt.Text, prompt.Stops, HoleTokens, Temperature: 0, Grammar: null, Chat: null), token))
        {
            answer += chunk.Text;
        }
        return answer.Contains("first", StringComparison.Ordinal) && answer.Contains("second", StringComparison.Ordinal)
            ? new DoctorFinding("fim.answer", DoctorSeverity.Ok, Subject, "It fills a tiny hole well.")
            : new DoctorFinding("fim.answer", DoctorSeverity.Warning, Subject, $"It was to complete \"return first + second;\" and wrote {(answer.Trim().Length == 0 ? "nothing" : $"\"{Short(answer)}\"")}.",
                "If it is a code model, look whether models.families names the right family for it; else load a code model.");
    }

    /// <summary>Whether a tool is called that was asked for, with what it needs: by the model itself, else by a schema that its server enforces.</summary>
    private async Task<DoctorFinding?> ToolsAsync(bool whole, CancellationToken token)
    {
        var code = whole ? "tools.whole" : "tools.streamed";
        if (await CallsAsync(whole, way: null, token))
        {
            return new DoctorFinding(code, DoctorSeverity.Ok, Subject, $"It calls a tool ({(whole ? "whole replies" : "streamed")}).");
        }
        return route.Abilities.HasFlag(ModelAbilities.Schema) && await CallsAsync(whole, ToolCallMode.Schema, token)
            ? new DoctorFinding(code, DoctorSeverity.Note, Subject, "It calls no tool by itself, and does through a schema that its server enforces.")
            : new DoctorFinding(code, DoctorSeverity.Warning, Subject, $"It was offered a tool and asked to use it, and called none ({(whole ? "whole replies" : "streamed")}).",
                "Load a model that was trained to call tools, such as qwen3-coder, for chat.");
    }

    private async Task<bool> CallsAsync(bool whole, ToolCallMode? way, CancellationToken token)
    {
        var options = new ChatOptions { Tools = [GetTime], MaxOutputTokens = CallTokens, Temperature = 0, AdditionalProperties = new() { [WireOptions.Whole] = whole } };
        if (way is { } forced)
        {
            options.AdditionalProperties[WireOptions.ToolCallMode] = forced;
        }
        var client = models.Clients.Chat(route);
        var response = await client.GetResponseAsync([new(ChatRole.User, "What time is it in Berlin? Find out with the tool get_time.")], options, token);
        return response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()
            .Any(call => call is { Name: "get_time", Exception: null } && call.Arguments?.ContainsKey("zone") == true);
    }

    private async Task<DoctorFinding?> EmbedsAsync(CancellationToken token)
    {
        var vectors = await models.Clients.Embeddings(route).GenerateAsync(["one", "two"], cancellationToken: token);
        return vectors.All(vector => vector.Vector.Length > 0 && vector.Vector.ToArray().All(float.IsFinite) && vector.Vector.ToArray().Any(value => value != 0))
            ? new DoctorFinding("embeddings", DoctorSeverity.Ok, Subject, $"It makes vectors of {vectors[0].Vector.Length} numbers.")
            : new DoctorFinding("embeddings", DoctorSeverity.Error, Subject, "Its vectors are empty, all zero, or no numbers.", "Load another embedding model.");
    }

    private static string Short(string text) => text.Trim() is var line && line.Length > 60 ? line[..60] + "…" : text.Trim();
}
