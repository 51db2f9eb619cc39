using System.Text.Json;
using Assistant.ModelServers;

namespace Assistant.ModelManagement;

/// <summary>
/// One click until ghost text comes from a model: starts LM Studio's server, gets a model and loads it, each only where it is not there
/// already. Only ever because the user asked for it.
/// </summary>
internal sealed class LmStudioSetUp(RunLms lms)
{
    /// <summary>What a completion needs: more costs memory and is not used.</summary>
    private const int ContextTokens = 8_192;

    /// <param name="model">What to get where no model for completions was downloaded, as LM Studio's shop names it.</param>
    /// <param name="port">The port that its server shall listen on.</param>
    /// <returns>The id of the model that is loaded now.</returns>
    /// <exception cref="ModelServerException">A step failed; with the words of <c>lms</c>.</exception>
    public async Task<string> RunAsync(string model, int port, IProgress<ManagementProgress> progress, CancellationToken token)
    {
        progress.Report(new ManagementProgress("starting LM Studio's server", null));
        if (!IsRunning(await lms(["server", "status", "--json", "--quiet"], null, token)))
        {
            await MustAsync(["server", "start", "-p", $"{port}"], null, "Start the server in LM Studio, under Developer.", token);
        }

        progress.Report(new ManagementProgress("looking which models there are", null));
        if (Best(await lms(["ps", "--json"], null, token), model) is { } loaded)
        {
            return loaded;
        }
        var key = Best(await lms(["ls", "--json", "--llm"], null, token), model);
        if (key is null)
        {
            progress.Report(new ManagementProgress($"getting {model}", null));
            await MustAsync(["get", model, "-y"], line => progress.Report(new ManagementProgress($"getting {model}: {Short(line)}", null)),
                "Look whether there is room on the disk and a way to the internet, or get the model in LM Studio.", token);
            key = Best(await lms(["ls", "--json", "--llm"], null, token), model) ?? model;
        }

        progress.Report(new ManagementProgress($"loading {key}", null));
        await MustAsync(["load", key, "-c", $"{ContextTokens}", "-y"], null, "Free memory, or load a smaller model in LM Studio.", token);
        return key;
    }

    private async Task MustAsync(string[] arguments, Action<string>? heard, string remedy, CancellationToken token)
    {
        var last = "";
        var (code, _) = await lms(arguments, line =>
        {
            last = line.Trim().Length > 0 ? line.Trim() : last;
            heard?.Invoke(line);
        }, token);
        if (code != 0)
        {
            throw new ModelServerException(ModelFault.Refused, $"`lms {string.Join(' ', arguments)}` failed: {(last.Length > 0 ? last : $"exit code {code}")}", remedy);
        }
    }

    private static bool IsRunning((int Code, string Output) status) => status.Code == 0 && JsonElementReader.Parse(status.Output).Truth("running") == true;

    /// <summary>The wanted model where it is in a list, else one that fills holes; null for neither.</summary>
    private static string? Best((int Code, string Output) list, string wanted)
    {
        if (list.Code != 0 || JsonElementReader.Parse(list.Output) is not { ValueKind: JsonValueKind.Array } models)
        {
            return null;
        }
        var keys = models.EnumerateArray().Select(model => model.Text("identifier") ?? model.Text("modelKey") ?? model.Text("key")).OfType<string>().ToArray();
        var name = Families.ModelFamilies.Normalise(wanted).Name;
        return keys.FirstOrDefault(key => Families.ModelFamilies.Normalise(key).Name is var other && (other == name || other.StartsWith(name + "-", StringComparison.Ordinal)))
            ?? keys.FirstOrDefault(key => Families.ModelFamilies.Of(key).Fim is not null);
    }

    private static string Short(string line) => line.Trim() is var text && text.Length > 80 ? text[..80] + "…" : text;
}
