using System.Runtime.CompilerServices;
using Assistant.Families;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.ModelServers.Endpoints;
using Assistant.Models;
using Assistant.Routing.Selection;
using Assistant.Settings;

namespace Assistant.Doctor;

/// <summary>An endpoint that answers: what it has loaded, whether that is enough, and whether it really works.</summary>
internal sealed class DoctorEndpoint(ModelServices models, ModelEndpoint endpoint, EndpointCatalog place)
{
    // Below the first hardly any prompt fits; below the second context from other files does not.
    private const int LeastContext = 2_048;
    private const int EnoughContext = 4_096;

    private string Name => endpoint.Settings.Name;

    public static bool HasForCompletion(EndpointCatalog place) => BestFor(place, ModelTask.Completion) is not null;

    public async IAsyncEnumerable<DoctorFinding> ExamineAsync([EnumeratorCancellation] CancellationToken token)
    {
        var kind = place.Catalog.Kind!.Value;
        yield return new DoctorFinding("server", DoctorSeverity.Ok, Name, $"{kind} answers with {place.Catalog.Models.Count} model{(place.Catalog.Models.Count == 1 ? "" : "s")}, {place.Catalog.Models.Count(model => model.Loaded)} of them loaded.");
        if (!endpoint.Settings.MayBeSentCode)
        {
            yield return new DoctorFinding("remote.notAllowed", DoctorSeverity.Note, Name, $"It is not on this machine, and privacy.allowRemote does not name it: nothing is sent there.",
                "Name the endpoint in privacy.allowRemote if code may be sent there, or set \"local\": true if it is your own machine.");
            yield break;
        }
        foreach (var finding in Loaded())
        {
            yield return finding;
        }
        if (kind == EndpointKind.OpenAi)
        {
            yield return new DoctorFinding("model.notTried", DoctorSeverity.Note, Name, "Its models were not tried, since each answer may cost money.");
            yield break;
        }
        var dead = new HashSet<string>();
        foreach (var task in new[] { ModelTask.Completion, ModelTask.ChatCoding, ModelTask.Embed })
        {
            // A model that does not answer one task answers none.
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
                    // It is about the server, so every other model would say the same.
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
            yield return new DoctorFinding("model.none", DoctorSeverity.Warning, Name, "It has no model.", "Get a code model in the model server, such as qwen2.5-coder-7b, and load it.");
        }
        else if (!all.Any(model => model.Loaded && !model.Embedding))
        {
            var loading = all.FirstOrDefault(model => model.Loading);
            yield return loading is not null
                ? new DoctorFinding("server.loading", DoctorSeverity.Warning, Name, $"It is loading {loading.Id}.", "Wait until it is loaded.")
                : new DoctorFinding("model.notLoaded", DoctorSeverity.Warning, Name, $"It has no model loaded, of {all.Count}.",
                    "Load one in the model server or by the command Load a Model, or name one in completion.model so that it is loaded by use.");
        }
        foreach (var model in all.Where(model => model.Loaded && !model.Embedding && model.LoadedContextTokens < EnoughContext))
        {
            yield return new DoctorFinding("context.small", model.LoadedContextTokens < LeastContext ? DoctorSeverity.Error : DoctorSeverity.Warning, model.Id,
                $"It is loaded with a context of {model.LoadedContextTokens} tokens{(model.MaxContextTokens is { } most && most > model.LoadedContextTokens ? $" of {most}" : "")}.",
                "Load it with a context of 8,192 tokens.");
        }
    }

    private static CatalogModel? BestFor(EndpointCatalog place, ModelTask task) => (
        from model in place.Catalog.Models
        where model.Loaded && Candidate.CannotDo(model, task) is null
        orderby model.Family.Fim is null, model.Family == ModelFamilies.Unknown
        select model).FirstOrDefault();
}
