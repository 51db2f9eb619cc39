namespace Assistant.Cli;

/// <summary>The report of <c>assistant models</c> as text.</summary>
internal static class ModelsText
{
    public static void Write(ModelsReport report, TextWriter output)
    {
        // Default ports without an answer share one line.
        var silent = report.Endpoints.Where(endpoint => endpoint is { Discovered: true, Error.Fault: "Down" }).ToArray();
        foreach (var endpoint in report.Endpoints.Except(silent))
        {
            var remark = endpoint.MayBeSentCode ? "" : " (not on this machine; privacy.allowRemote does not name it)";
            output.WriteLine($"{endpoint.Name}: {endpoint.Kind ?? "nothing that is known"} at {endpoint.BaseUrl}{remark}");
            if (endpoint.Error is { } error)
            {
                output.WriteLine($"  {error.Message}");
                output.WriteLine($"  {error.Remedy}");
            }
            Table(endpoint.Models, output);
        }
        if (silent.Length > 0)
        {
            output.WriteLine($"Nothing answers at {string.Join(", ", silent.Select(endpoint => endpoint.Name))}.");
        }
        foreach (var server in report.Found)
        {
            var models = server.Models.Count > 0 ? $" with {string.Join(", ", server.Models.Take(5).Select(Plain))}" : "";
            output.WriteLine($"Found: {server.Kind ?? "a model server that wants a key"} at {server.BaseUrl}{models}. "
                + "It is not used until assistant.endpoints names it.");
        }
        if (report.Place is { } place && report.Endpoints.All(endpoint => endpoint.Error is not null))
        {
            output.WriteLine($"{place.Told} {place.Remedy}");
        }
        if (report.Why is { } why)
        {
            output.WriteLine();
            output.WriteLine(why.Model is null
                ? $"{why.Task}: no model. {why.Message} {why.Remedy}".TrimEnd()
                : $"{why.Task}: {why.Model} at {why.Endpoint}.");
            foreach (var line in why.Why)
            {
                output.WriteLine($"  {line}");
            }
        }
    }

    // A model id from a server may contain control characters, which the terminal would execute, or be very long.
    private static string Plain(string id) => string.Concat(id.Take(100).Select(c => char.IsControl(c) ? ' ' : c));

    private static void Table(IReadOnlyList<ReportedModel> models, TextWriter output)
    {
        if (models.Count == 0)
        {
            return;
        }
        string[][] rows =
        [
            ["model", "state", "context", "quantization", "slots", "family", "abilities"],
            .. models.OrderBy(model => model.State != "loaded").Select(model => (string[])
            [
                Plain(model.Id),
                model.State == "notLoaded" ? "not loaded" : model.State,
                (model.Context, model.MaxContext) switch
                {
                    ({ } loaded, { } most) when loaded != most => $"{loaded} of {most}",
                    ({ } loaded, _) => $"{loaded}",
                    (null, { } most) => $"up to {most}",
                    _ => "-",
                },
                model.Quantization ?? "-",
                model.Slots?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-",
                model.Family,
                string.Join(", ", model.Abilities),
            ]),
        ];
        foreach (var line in TextTable.Lines(rows, leftAligned: rows[0].Length))
        {
            output.WriteLine($"  {line}");
        }
    }
}
