using System.Text.Json;
using Assistant.ModelServers;
using Assistant.ModelServers.Discovery;
using Assistant.Routing;

namespace Assistant.Cli;

/// <summary>
/// <c>assistant models</c>: the models of every endpoint, the router's choice, and other servers in a network that the user named. It loads
/// no model.
/// </summary>
internal sealed class ModelsCommand(CommandServices services)
{
    /// <param name="why">The task whose choice is explained; null: none.</param>
    /// <param name="scan">The address range that the user asked to scan; null: none.</param>
    /// <returns>The exit code: 1 if no model server answers.</returns>
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
        var unknown = ServerSearch.Near(services.Machine, place)
            .Where(url => endpoints.All(endpoint => endpoint.Endpoint.BaseUrl != url));
        var near = await search.AskAsync([.. unknown], token);
        var progress = json ? null : new ScanLine(services.Error);
        var scanned = scan is null ? [] : await search.ScanAsync(scan, HostEnvironment.Ports, progress, token);
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

    /// <summary>Reports the progress of a scan in steps of a tenth, so that a log stays short.</summary>
    private sealed class ScanLine(TextWriter error) : IProgress<ScanProgress>
    {
        private int reported;

        public void Report(ScanProgress value)
        {
            var tenth = value.Asked * 10 / value.All;
            if (tenth > reported)
            {
                reported = tenth;
                error.WriteLine($"{value.Asked} of {value.All} places tried, {value.Found} model servers found.");
            }
        }
    }
}

/// <summary>The names of tasks, as in the settings.</summary>
internal static class TaskNames
{
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetNames<ModelTask>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    public static ModelTask Parse(string name) => Enum.Parse<ModelTask>(name, ignoreCase: true);
}
