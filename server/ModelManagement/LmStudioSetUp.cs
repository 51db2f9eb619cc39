using System.Text.Json;
using Assistant.ModelServers;

namespace Assistant.ModelManagement;

/// <summary>
/// One click to ghost text from a model: starts LM Studio's server, downloads a model and loads it, and skips each step that is already
/// done. Runs only at the user's command.
/// </summary>
internal sealed class LmStudioSetUp(RunLms lms)
{
    /// <summary>Enough for a completion: a larger context costs memory and stays unused.</summary>
    private const int ContextTokens = 8_192;

    /// <param name="model">The model to download if none for completions is there, by its name in LM Studio's catalog.</param>
    /// <param name="port">The port for LM Studio's server.</param>
    /// <returns>The id of the loaded model.</returns>
    /// <exception cref="ModelServerException">A step failed; quotes <c>lms</c>.</exception>
    public async Task<string> RunAsync(string model, int port, IProgress<ManagementProgress> progress, CancellationToken token)
    {
        progress.Report(new ManagementProgress("starting LM Studio's server", null));
        if (!IsRunning(await lms(["server", "status", "--json", "--quiet"], null, token)))
        {
            await RunStepAsync(["server", "start", "-p", $"{port}"], null, "Start the server in LM Studio, under Developer.", token);
        }

        progress.Report(new ManagementProgress("reading the list of models", null));
        if (Best(await lms(["ps", "--json"], null, token), model) is { } loaded)
        {
            return loaded;
        }
        var key = Best(await lms(["ls", "--json", "--llm"], null, token), model);
        if (key is null)
        {
            progress.Report(new ManagementProgress($"getting {model}", null));
            await RunStepAsync(
                ["get", model, "-y"],
                line => progress.Report(new ManagementProgress($"getting {model}: {Short(line)}", null)),
                "Look whether there is room on the disk and a way to the internet, or get the model in LM Studio.",
                token);
            key = Best(await lms(["ls", "--json", "--llm"], null, token), model) ?? model;
        }

        progress.Report(new ManagementProgress($"loading {key}", null));
        await RunStepAsync(
            ["load", key, "-c", $"{ContextTokens}", "-y"], null, "Free memory, or load a smaller model in LM Studio.", token);
        return key;
    }

    private async Task RunStepAsync(string[] arguments, Action<string>? onLine, string remedy, CancellationToken token)
    {
        var last = "";
        var (code, _) = await lms(arguments, line =>
        {
            last = line.Trim().Length > 0 ? line.Trim() : last;
            onLine?.Invoke(line);
        }, token);
        if (code != 0)
        {
            throw new ModelServerException(
                ModelFault.Refused,
                $"`lms {string.Join(' ', arguments)}` failed: {(last.Length > 0 ? last : $"exit code {code}")}",
                remedy);
        }
    }

    private static bool IsRunning((int Code, string Output) status) =>
        status.Code == 0 && JsonElementReader.Parse(status.Output).Truth("running") == true;

    /// <summary>The wanted model if the list holds it, else a model with FIM; null without either.</summary>
    private static string? Best((int Code, string Output) list, string wanted)
    {
        if (list.Code != 0 || JsonElementReader.Parse(list.Output) is not { ValueKind: JsonValueKind.Array } models)
        {
            return null;
        }
        var keys = models.EnumerateArray()
            .Select(model => model.Text("identifier") ?? model.Text("modelKey") ?? model.Text("key"))
            .OfType<string>()
            .ToArray();
        var name = Families.ModelFamilies.Normalise(wanted).Name;
        return keys.FirstOrDefault(key => Families.ModelFamilies.Normalise(key).Name is var other
                && (other == name || other.StartsWith(name + "-", StringComparison.Ordinal)))
            ?? keys.FirstOrDefault(key => Families.ModelFamilies.Of(key).Fim is not null);
    }

    private static string Short(string line) => line.Trim() is var text && text.Length > 80 ? text[..80] + "…" : text;
}
