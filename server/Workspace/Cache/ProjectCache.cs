using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assistant.Workspace.Files;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Status;
using Microsoft.Extensions.Logging;

namespace Assistant.Workspace.Cache;

/// <summary>The projects that msbuild is to describe.</summary>
/// <param name="Solution">The solution or project file; null for all projects of a folder.</param>
internal sealed record BuildQuestion(DotnetHost Host, string Folder, string? Solution, ImmutableArray<string> Projects);

/// <summary>
/// Keeps msbuild's answers on disk, outside of the workspace, while all of their inputs are unchanged. Damaged entries count as absent.
/// Several servers may share the cache. Invariant: it is never asked about an untrusted workspace.
/// </summary>
internal sealed class ProjectCache(string? cacheFolder, TimeProvider clock, ILogger logger)
{
    public async Task<BuildResult> GetAsync(
        BuildQuestion question, Func<Task<BuildResult>> build, IProgress<LoadProgress> progress, CancellationToken token)
    {
        if (cacheFolder is null)
        {
            return await build();
        }
        var file = Path.Combine(cacheFolder, "projects", $"{Name(question)}.json");
        var cached = Read(file);
        if (cached is not null && cached.Key == CacheKey.Of(question, cached.AssetsFiles, token) && AllSourcesExist(cached, token))
        {
            logger.LogInformation("Projects of {Folder} from the cache", question.Folder);
            CacheEviction.Used(file, clock.GetUtcNow().UtcDateTime);
            progress.Report(new("Projects are unchanged", question.Projects.Length, question.Projects.Length));
            return new(cached.Projects, cached.Findings) { Key = cached.Key };
        }
        string[] likely =
        [
            .. cached?.AssetsFiles ?? [],
            .. question.Projects.Select(project => Path.Combine(Path.GetDirectoryName(project)!, "obj", "project.assets.json")),
        ];
        var before = CacheKey.Of(question, likely, token);
        var built = await build();
        // Inputs that changed during the build, for example by a restore, leave open which of their states the result belongs to.
        if (!built.Projects.IsEmpty && before == CacheKey.Of(question, likely, token))
        {
            ImmutableArray<string> assets =
                [.. built.Projects.Select(project => project.AssetsFile).Where(path => path.Length > 0).Distinct()];
            var entry = new CachedProjects(CacheKey.Of(question, assets, token), assets, built.Projects, built.Findings);
            built = built with { Key = entry.Key };
            if (AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(entry, WorkspaceJson.Default.CachedProjects)))
            {
                CacheEviction.Run(Path.GetDirectoryName(file)!, clock.GetUtcNow().UtcDateTime);
            }
        }
        return built;
    }

    /// <summary>A hash of folder and solution: their paths would be too long for a file name.</summary>
    private static string Name(BuildQuestion question) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{question.Folder}\n{question.Solution}")))[..32];

    private CachedProjects? Read(string file)
    {
        try
        {
            return File.Exists(file)
                && JsonSerializer.Deserialize(File.ReadAllBytes(file), WorkspaceJson.Default.CachedProjects) is { IsWhole: true } cached
                ? cached
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            logger.LogInformation("The project cache cannot be read and is rebuilt: {Message}", exception.Message);
            return null;
        }
    }

    /// <summary>Generated sources lie in obj, and a clean deletes them without a change to any project file.</summary>
    private static bool AllSourcesExist(CachedProjects cached, CancellationToken token) =>
        cached.Projects.SelectMany(project => project.Arguments
                .Where(argument => argument is [not ('/' or '-'), ..] && argument.Contains("obj", StringComparison.Ordinal))
                .Select(argument => Path.Combine(project.Folder, argument)))
            .All(path =>
            {
                token.ThrowIfCancellationRequested();
                return File.Exists(path);
            });
}

/// <summary>One entry of the cache.</summary>
internal sealed record CachedProjects(
    string Key, ImmutableArray<string> AssetsFiles, ImmutableArray<ProjectArguments> Projects, ImmutableArray<LoadFinding> Findings)
{
    /// <summary>False if the JSON left a property out.</summary>
    internal bool IsWhole =>
        Key is not null && !AssetsFiles.IsDefault && !Projects.IsDefault && !Findings.IsDefault
        && Projects.All(project => project is { Path: not null, Framework: not null, AssemblyName: not null, AssetsFile: not null,
            Frameworks.IsDefault: false, Packages.IsDefault: false, Outputs.IsDefault: false, Arguments.IsDefault: false });
}
