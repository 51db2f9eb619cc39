using System.Runtime.CompilerServices;
using Assistant.ModelServers;
using Assistant.ModelServers.Discovery;
using Assistant.Models;
using Assistant.Routing.Selection;
using Assistant.Settings;

namespace Assistant.Doctor;

/// <summary>
/// Checks settings, model servers and models, and advises how to fix each problem. It loads no model: it tests loaded models only, with a
/// few tokens each, and none that costs money.
/// </summary>
internal sealed class DoctorServers(
    ModelServices models, AssistantSettings settings, IReadOnlyList<string> warnings, MachineFacts machine, TimeProvider clock)
{
    /// <summary>Yields each finding as soon as its check ends.</summary>
    public async IAsyncEnumerable<DoctorFinding> ExamineAsync([EnumeratorCancellation] CancellationToken token)
    {
        foreach (var warning in warnings)
        {
            yield return new DoctorFinding(
                "settings", DoctorSeverity.Warning, "settings", warning, "Fix the setting; the other settings are used meanwhile.");
        }
        if (warnings.Count == 0)
        {
            yield return new DoctorFinding("settings", DoctorSeverity.Ok, "settings", "The settings are in order.");
        }

        var answering = new List<EndpointCatalog>();
        var anyReported = false;
        foreach (var endpoint in settings.Endpoints.Select(models.Endpoints.Of))
        {
            var look = await endpoint.GetInfoAsync(token);
            // Nobody configured the default ports, so no answer there is no problem.
            if (look.Failure is { Fault: ModelFault.Down } && endpoint.Settings.Discovered)
            {
                continue;
            }
            anyReported = true;
            if (look is { Catalog: { Kind: not null } catalog, Failure: null })
            {
                var place = new EndpointCatalog(endpoint.Settings, catalog);
                answering.Add(place);
                await foreach (var finding in new DoctorEndpoint(models, endpoint, place).ExamineAsync(token))
                {
                    yield return finding;
                }
            }
            else
            {
                yield return await DoctorReach.WhyAsync(endpoint.Settings, look.Failure!, clock, token);
            }
        }
        if (!anyReported)
        {
            yield return await NoServerAsync(token);
        }
        else if (answering.Count > 0 && !answering.Any(DoctorEndpoint.HasForCompletion))
        {
            yield return new DoctorFinding("completion.none", DoctorSeverity.Error, "completion",
                "No loaded model can complete code; suggestions come from the solution's own text.",
                "Load a code model, such as qwen2.5-coder-7b, with a context of 8,192 tokens.");
        }
    }

    private async Task<DoctorFinding> NoServerAsync(CancellationToken token)
    {
        var place = HostEnvironment.Of(machine);
        var near = await new ServerSearch(clock).AskAsync(ServerSearch.Near(machine, place), token);
        return near.Count > 0
            ? new DoctorFinding("server.none", DoctorSeverity.Error, "model servers",
                $"No model server answers on this machine's default ports; one does at {near[0].BaseUrl}. {place.Description}".Trim(),
                $"Add an endpoint with \"baseUrl\": \"{near[0].BaseUrl}\" and \"local\": true to assistant.endpoints.")
            : new DoctorFinding("server.none", DoctorSeverity.Error, "model servers",
                $"No model server answers on this machine's default ports. {place.Description}".Trim(),
                place.Remedy.Length > 0
                    ? place.Remedy
                    : "Start LM Studio's server, mlx_lm.server, llama-server or Ollama, or set assistant.endpoints.");
    }
}
