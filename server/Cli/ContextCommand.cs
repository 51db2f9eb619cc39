using System.Text.Json;
using Assistant.Basics;

namespace Assistant.Cli;

/// <summary><c>assistant context FILE:LINE:COL</c>: prints the prompt of a completion at a place.</summary>
internal sealed class ContextCommand(CommandServices services)
{
    public async Task<int> RunAsync(CommandPlace place, bool json, CancellationToken token)
    {
        var (document, error) = services.Open(place);
        if (document is null)
        {
            await services.Error.WriteLineAsync(error);
            return 1;
        }
        var query = await services.LoadAsync(document, indexed: false, token);
        if (query.Admission.Verdict is { Allowed: false, Message: var denied })
        {
            await services.Error.WriteLineAsync($"Nothing would be sent: {denied}");
            return 1;
        }
        var level = query.Snapshot.Level;
        var preview = await services.Completion.PreviewAsync(query, services.Settings.Completion, token);
        if (json)
        {
            var result = new ContextResult(
                preview.Model, preview.Family, preview.Prompt, preview.TakenBack, preview.Grammar,
                TokenEstimate.Of(preview.Prompt.Length), level.ToString().ToLowerInvariant());
            await services.Output.WriteLineAsync(JsonSerializer.Serialize(result, CliJson.Default.ContextResult));
        }
        else
        {
            await services.Output.WriteLineAsync(preview.Prompt);
            await services.Error.WriteLineAsync(
                $"(about {TokenEstimate.Of(preview.Prompt.Length)} tokens for {preview.Model ?? "no model that answers now"}, "
                + $"layout of {preview.Family}, level {level})");
        }
        return 0;
    }
}

/// <summary>The output of <c>--json</c>.</summary>
/// <param name="Model">Null where no model answers now; the prompt then has the format of an assumed family.</param>
/// <param name="TakenBack">The end of the text before the caret that the prompt leaves out; the answer must begin with it.</param>
/// <param name="Tokens">Estimated at 3.5 characters each.</param>
internal sealed record ContextResult(
    string? Model, string Family, string Prompt, string TakenBack, string? Grammar, int Tokens, string Level);
