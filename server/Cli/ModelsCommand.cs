using System.Text.Json;
using Assistant.ModelServers;
using Assistant.ModelServers.Discovery;
using Assistant.Routing;

namespace Assistant.Cli;

/// <summary><c>assistant models</c>: what every endpoint serves, how the router would choose, and what else answers in a network that the user named. It loads nothing.</summary>
internal sealed class ModelsCommand(CommandServices services)
{
    /// <param name="why">Explain the choice for this task; null: do not.</param>
    /// <param name="scan">A range to look through because the user named it; null: none.</param>
    /// <returns>The exit code: 1 where no model server answers.</returns>
    public async Task<int> RunAsync(ModelTask? why, AddressRange? scan, bool json, CancellationToken token)
    {
        var endpoints = await services.Models.Management.ListAsync(token);
        if (why is not null)
        {
            await services.Models.Records.LoadAsync();
        }
        var route = why is { } task ? await services.Models.Router.RouteAsync(new RouteRequest(task), token) : null;
        var place = HostEnvironment.Of(services.Machine);
        var search = new ServerSearch(services.Clock);
        var near = await search.AskAsync(
            [.. ServerSearch.Near(services.Machine, place).Where(url => endpoints.All(endpoint => endpoint.Endpoint.BaseUrl != url))], token);
        var scanned = scan is null ? [] : await search.ScanAsync(scan, HostEnvironment.Ports, json ? null : new ScanLine(services.Error), token);
        var report = ModelsReport.Of(endpoints, [.. near, .. scanned], place, why, route);
        if (json)
        {
            await services.Output.WriteLineAsync(JsonSerializer.Serialize(report, ModelsJson.Default.ModelsReport));
        }
        else
        {
            ModelsText.Write(report, services.Output);
        }
        return report.Endpoints.Any(endpoint => endpoint.Error is null) || report.Found.Count > 0 ? 0 : 1;
    }

    /// <summary>A scan of a thousand addresses takes a while: says how far it is, in steps that a log bears.</summary>
    private sealed class ScanLine(TextWriter error) : IProgress<ScanProgress>
    {
        private int told;

        public void Report(ScanProgress value)
        {
            var tenth = value.Asked * 10 / value.All;
            if (tenth > told)
            {
                told = tenth;
                error.WriteLine($"{value.Asked} of {value.All} places tried, {value.Found} model servers found.");
            }
        }
    }
}

/// <summary>The names of tasks, as the settings spell them.</summary>
internal static class TaskNames
{
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetNames<ModelTask>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    public static ModelTask Parse(string name) => Enum.Parse<ModelTask>(name, ignoreCase: true);
}
