using System.Text.Json;
using Assistant.Workspace.Files;

namespace Assistant.Workspace.Cache;

/// <summary>The solution that the user chose for each folder; kept in the cache folder, outside of every workspace.</summary>
internal sealed class SolutionMemory(string? cacheFolder)
{
    private readonly string? file = cacheFolder is null ? null : Path.Combine(cacheFolder, "solutions.json");

    public string? Find(string folder) => Read().GetValueOrDefault(PathIdentity.Current.Of(folder));

    /// <summary>If two servers write at the same moment, the later one wins; at worst the user is asked again.</summary>
    public void Remember(string folder, string solution)
    {
        if (file is not null)
        {
            var choices = Read();
            choices[PathIdentity.Current.Of(folder)] = solution;
            AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(choices, WorkspaceJson.Default.DictionaryStringString));
        }
    }

    private Dictionary<string, string> Read()
    {
        try
        {
            return file is not null && File.Exists(file)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(file), WorkspaceJson.Default.DictionaryStringString) ?? []
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // The user is asked again.
            return [];
        }
    }
}
