using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assistant.Workspace.Files;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Status;
using Microsoft.Extensions.Logging;

namespace Assistant.Workspace.Cache;

/// <summary>What was asked of msbuild.</summary>
/// <param name="Solution">The solution or project file; null for all projects of a folder.</param>
internal sealed record BuildQuestion(DotnetHost Host, string Folder, string? Solution, ImmutableArray<string> Projects);

/// <summary>
/// Keeps what msbuild said, outside of the workspace, for as long as everything that it came from is unchanged. Broken or unreadable
/// entries count as absent. Several servers may share it. Invariant: an untrusted workspace never comes here.
/// </summary>
internal sealed class ProjectCache(string? cacheFolder, TimeProvider clock, ILogger logger)
{
    public async Task<BuildResult> GetAsync(BuildQuestion question, Func<Task<BuildResult>> build, IProgress<LoadProgress> progress, CancellationToken token)
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
            progress.Report(new("Projects are as they were", question.Projects.Length, question.Projects.Length));
            return new(cached.Projects, cached.Findings) { Key = cached.Key };
        }
        string[] likely = [.. cached?.AssetsFiles ?? [], .. question.Projects.Select(project => Path.Combine(Path.GetDirectoryName(project)!, "obj", "project.assets.json"))];
        var before = CacheKey.Of(question, likely, token);
        var built = await build();
        // A result that came of files which changed meanwhile, as by a restore beside it, belongs to no key.
        if (!built.Projects.IsEmpty && before == CacheKey.Of(question, likely, token))
        {
            ImmutableArray<string> assets = [.. built.Projects.Select(project => project.AssetsFile).Where(path => path.Length > 0).Distinct()];
            var entry = new CachedProjects(CacheKey.Of(question, assets, token), assets, built.Projects, built.Findings);
            built = built with { Key = entry.Key };
            if (AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(entry, WorkspaceJson.Default.CachedProjects)))
            {
                CacheEviction.Run(Path.GetDirectoryName(file)!, clock.GetUtcNow().UtcDateTime);
            }
        }
        return built;
    }

    /// <summary>Of a folder's name only a hash stands in the file's name; it would be too long.</summary>
    private static string Name(BuildQuestion question) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{question.Folder}\n{question.Solution}")))[..32];

    private CachedProjects? Read(string file)
    {
        try
        {
            return File.Exists(file) && JsonSerializer.Deserialize(File.ReadAllBytes(file), WorkspaceJson.Default.CachedProjects) is { } cached && cached.IsWhole
                ? cached
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            logger.LogInformation("The cache of projects is not readable and made anew: {Message}", exception.Message);
            return null;
        }
    }

    /// <summary>Generated sources lie in obj and are gone after a clean, whatever the project files say.</summary>
    private static bool AllSourcesExist(CachedProjects cached, CancellationToken token) =>
        cached.Projects.SelectMany(project => project.Arguments
                .Where(argument => argument.Length > 0 && argument[0] != '/' && argument[0] != '-' && argument.Contains("obj", StringComparison.Ordinal))
                .Select(argument => Path.Combine(project.Folder, argument)))
            .All(path =>
            {
                token.ThrowIfCancellationRequested();
                return File.Exists(path);
            });
}

/// <summary>What is kept on disk of one load.</summary>
internal sealed record CachedProjects(
    string Key, ImmutableArray<string> AssetsFiles, ImmutableArray<ProjectArguments> Projects, ImmutableArray<LoadFinding> Findings)
{
    /// <summary>JSON may leave anything out.</summary>
    internal bool IsWhole =>
        Key is not null && !AssetsFiles.IsDefault && !Projects.IsDefault && !Findings.IsDefault
        && Projects.All(project => project is { Path: not null, Framework: not null, AssemblyName: not null, AssetsFile: not null,
            Frameworks.IsDefault: false, Packages.IsDefault: false, Outputs.IsDefault: false, Arguments.IsDefault: false });
}
