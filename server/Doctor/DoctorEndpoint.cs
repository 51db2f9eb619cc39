using System.Runtime.CompilerServices;
using Assistant.Families;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.ModelServers.Endpoints;
using Assistant.Models;
using Assistant.Routing.Selection;
using Assistant.Settings;

namespace Assistant.Doctor;

/// <summary>Checks an endpoint that answers: its loaded models, their context sizes, and whether they work.</summary>
internal sealed class DoctorEndpoint(ModelServices models, ModelEndpoint endpoint, EndpointCatalog place)
{
    // In tokens. Below the first, hardly any prompt fits; below the second, context from other files does not.
    private const int LeastContext = 2_048;
    private const int EnoughContext = 4_096;

    private string Name => endpoint.Settings.Name;

    public static bool HasForCompletion(EndpointCatalog place) => BestFor(place, ModelTask.Completion) is not null;

    public async IAsyncEnumerable<DoctorFinding> ExamineAsync([EnumeratorCancellation] CancellationToken token)
    {
        var kind = place.Catalog.Kind!.Value;
        var count = place.Catalog.Models.Count;
        yield return new DoctorFinding("server", DoctorSeverity.Ok, Name,
            $"{kind} answers with {count} model{(count == 1 ? "" : "s")}, {place.Catalog.Models.Count(model => model.Loaded)} loaded.");
        if (!endpoint.Settings.MayBeSentCode)
        {
            yield return new DoctorFinding("remote.notAllowed", DoctorSeverity.Note, Name,
                "The endpoint is not on this machine and privacy.allowRemote does not name it, so nothing is sent to it.",
                "Name the endpoint in privacy.allowRemote if code may be sent to it, or set \"local\": true if it is your own machine.");
            yield break;
        }
        foreach (var finding in Loaded())
        {
            yield return finding;
        }
        if (kind == EndpointKind.OpenAi)
        {
            yield return new DoctorFinding("model.notTried", DoctorSeverity.Note, Name,
                "The endpoint's models were not tested, since each answer may cost money.");
            yield break;
        }
        var dead = new HashSet<string>();
        foreach (var task in new[] { ModelTask.Completion, ModelTask.ChatCoding, ModelTask.Embed })
        {
            // A model that fails at one task is not tested with the others.
            if (BestFor(place, task) is not { } model || dead.Contains(model.Id))
            {
                continue;
            }
            await foreach (var finding in new DoctorModel(models, endpoint, ModelChoice.Route(place, model)).ExamineAsync(task, token))
            {
                if (finding.Severity == DoctorSeverity.Error && finding.Code != "fim.markers")
                {
                    dead.Add(model.Id);
                }
                yield return finding;
                if (finding.Code.StartsWith("server.", StringComparison.Ordinal))
                {
                    // The problem is the server's, so every other model would fail in the same way.
                    yield break;
                }
            }
        }
    }

    private IEnumerable<DoctorFinding> Loaded()
    {
        var all = place.Catalog.Models;
        if (all.Count == 0)
        {
            yield return new DoctorFinding("model.none", DoctorSeverity.Warning, Name, "The server has no model.",
                "Download a code model in the model server, such as qwen2.5-coder-7b, and load it.");
        }
        else if (!all.Any(model => model.Loaded && !model.Embedding))
        {
            var loading = all.FirstOrDefault(model => model.Loading);
            yield return loading is not null
                ? new DoctorFinding(
                    "server.loading", DoctorSeverity.Warning, Name, $"The server is loading {loading.Id}.", "Wait until it is loaded.")
                : new DoctorFinding("model.notLoaded", DoctorSeverity.Warning, Name,
                    $"The server has no model loaded; it lists {all.Count}.",
                    "Load one in the model server or with the command Load a Model, or set completion.model, which loads it on use.");
        }
        foreach (var model in all.Where(model => model.Loaded && !model.Embedding && model.LoadedContextTokens < EnoughContext))
        {
            var possible = model.MaxContextTokens is { } most && most > model.LoadedContextTokens ? $" of {most}" : "";
            yield return new DoctorFinding("context.small",
                model.LoadedContextTokens < LeastContext ? DoctorSeverity.Error : DoctorSeverity.Warning,
                model.Id,
                $"The model is loaded with a context of {model.LoadedContextTokens} tokens{possible}.",
                "Load it with a context of 8,192 tokens.");
        }
    }

    private static CatalogModel? BestFor(EndpointCatalog place, ModelTask task) => (
        from model in place.Catalog.Models
        where model.Loaded && CandidateRefusals.CannotDo(model, task) is null
        orderby model.Family.Fim is null, model.Family == ModelFamilies.Unknown
        select model).FirstOrDefault();
}
