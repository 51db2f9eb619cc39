using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Assistant.Basics;
using Assistant.Workspace.Cache;
using Assistant.Workspace.Files;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Solutions;
using Assistant.Workspace.Status;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.Extensions.Logging;

namespace Assistant.Workspace.Loading;

/// <summary>
/// Finds and loads the code of the workspace folders: first against the framework's references, then as projects with the arguments that
/// msbuild reports. Results are values; the server's loop puts them into its <see cref="WorkspaceSnapshot"/>.
/// </summary>
public sealed class WorkspaceLoader(LoaderOptions options, TimeProvider clock, ILogger logger)
{
    private readonly References references = new();
    private readonly GeneratorLoader generators = new();
    private readonly SolutionMemory memory = new(options.CacheFolder);
    private readonly ProjectCache cache = new(options.CacheFolder, clock, logger);

    /// <summary>
    /// Yields one result per level. Problems of a workspace are findings, not exceptions; it throws only when <paramref name="token"/> is
    /// cancelled, which also kills every process that it has started.
    /// </summary>
    public async IAsyncEnumerable<LoadedWorkspace> LoadAsync(
        LoadRequest request, IProgress<LoadProgress> progress, [EnumeratorCancellation] CancellationToken token)
    {
        // The caller may be the server's loop, which must not wait for the disk.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (request.HighestLevel == LoadLevel.Syntax)
        {
            yield break;
        }
        var started = clock.GetTimestamp();
        var host = options.Dotnet();
        progress.Report(new("Looking for source files", 0, 0));
        var framework = Framework(host, request.Folders, token);
        logger.LogInformation("Level framework after {Milliseconds:F0} ms", clock.GetElapsedTime(started).TotalMilliseconds);
        if (!request.Trusted)
        {
            framework = framework with { Findings = framework.Findings.Add(NotTrusted) };
        }
        yield return framework;
        if (!request.Trusted || request.HighestLevel == LoadLevel.Framework)
        {
            yield break;
        }

        var choices = request.Folders
            .Select(folder => SolutionFinder.Find(
                folder, Named(folder, request.Solution) ?? memory.Find(folder), request.OpenPaths(), request.MayAsk))
            .ToImmutableArray();
        var (loaded, states) = (framework.Solution, framework.Projects);
        var findings = framework.Findings.ToBuilder();
        if (request.Solution is { } named && request.Folders.All(folder => Named(folder, named) is null))
        {
            findings.Add(new(
                FindingKind.SeveralSolutions,
                $"The setting workspace.solution names {named}, which does not exist.",
                Remedy.ChooseSolution,
                null));
        }
        SolutionQuestion? question = null;
        var keys = new List<string?>();
        foreach (var (folder, choice) in request.Folders.Zip(choices))
        {
            if (choice.Question is not null)
            {
                question ??= choice.Question;
                findings.Add(new(
                    FindingKind.SeveralSolutions,
                    $"{Path.GetFileName(folder)} contains several solutions and none was chosen yet, so no project is loaded.",
                    Remedy.ChooseSolution,
                    folder));
                continue;
            }
            var built = await DescribeAsync(host, folder, choice, progress, token);
            keys.Add(built.Key);
            var builder = new SolutionBuilder(references, generators, DotnetHost.FrameworkReferences(host));
            var known = states
                .Where(state => state.Level == LoadLevel.Projects)
                .Select(state => (state.Path, state.TargetFramework))
                .ToHashSet();
            var unknown = built.Projects.Where(project => !known.Contains((project.Path, project.Framework)));
            var (solution, added) = builder.Build(loaded, built with { Projects = [.. unknown] }, token);
            findings.AddRange(built.Findings.Where(finding => added.All(state => state.Path != finding.Path)));
            if (added.IsEmpty)
            {
                continue;
            }
            var standIn = states.First(state => state.Level == LoadLevel.Framework && state.Path == folder);
            loaded = WithoutHeld(solution, standIn.Id, added);
            states = [.. added, .. loaded.ContainsProject(standIn.Id) ? states : states.Remove(standIn)];
        }
        logger.LogInformation("Level projects after {Milliseconds:F0} ms", clock.GetElapsedTime(started).TotalMilliseconds);
        yield return framework with
        {
            Level = states.Any(state => state.Level == LoadLevel.Projects) ? LoadLevel.Projects : LoadLevel.Framework,
            Solution = loaded,
            Projects = states,
            Findings = findings.ToImmutable(),
            Question = question,
            Choices = choices,
            Stamp = new(),
            BuildKey = keys.Contains(null) ? null : string.Join(' ', keys),
        };
    }

    /// <summary>
    /// Restores a project or solution. Callers do this only in a trusted workspace and at the user's request. The files that it writes are
    /// reported as changes, which cause a new load.
    /// </summary>
    /// <returns>The reasons of a failure; empty after success.</returns>
    public async Task<ImmutableArray<LoadFinding>> RestoreAsync(string path, IProgress<LoadProgress> progress, CancellationToken token)
    {
        if (options.Dotnet() is not { } host)
        {
            return [NoSdk(path)];
        }
        var messages = new BuildMessages();
        progress.Report(new($"Restoring {Path.GetFileName(path)}", 0, 0));
        var exitCode = await BuildProcess.RunAsync(
            host.Executable,
            ["restore", path, "--verbosity", "quiet", "-terminalLogger:off"],
            Path.GetDirectoryName(path)!,
            messages.Read, token);
        return exitCode == 0 ? []
            : messages.Findings is { IsEmpty: false } findings ? findings
            : [new(
                FindingKind.RestoreFailed,
                $"Restoring {Path.GetFileName(path)} failed with exit code {exitCode}.",
                Remedy.Restore,
                path)];
    }

    /// <summary>The full path of the file that the settings name; null where it does not exist in this folder.</summary>
    private static string? Named(string folder, string? solution) =>
        solution is not null && Path.GetFullPath(solution, folder) is var path && File.Exists(path) ? path : null;

    /// <summary>Stores the answer to a <see cref="SolutionQuestion"/> outside of the workspace, for the next load.</summary>
    public void Choose(string folder, string solution) => memory.Remember(folder, solution);

    private LoadedWorkspace Framework(DotnetHost? host, ImmutableArray<string> folders, CancellationToken token)
    {
        var web = host?.ReferencePack("Microsoft.AspNetCore.App.Ref") ?? [];
        var level = new FrameworkLevel(references, DotnetHost.FrameworkReferences(host), web);
        var solution = new AdhocWorkspace(MefHostServices.DefaultHost).CurrentSolution;
        var states = ImmutableArray.CreateBuilder<ProjectState>();
        var findings = ImmutableArray.CreateBuilder<LoadFinding>();
        foreach (var folder in folders)
        {
            (solution, var state) = level.Add(solution, folder, token);
            states.Add(state);
            findings.AddRange(UnsupportedFiles.In(folder));
        }
        return new(LoadLevel.Framework, solution, states.ToImmutable(), findings.ToImmutable(), null)
        {
            LooseReferences = level.References(web: false),
            LinkedFolders = [.. folders
                .Select(folder => (Named: folder, Real: PathIdentity.Current.Real(folder)))
                .Where(folder => folder.Named != folder.Real)],
        };
    }

    /// <summary>
    /// The folder's framework-level project keeps the files that no loaded project contains; if there are none, it is removed.
    /// </summary>
    private static Solution WithoutHeld(Solution solution, ProjectId standIn, ImmutableArray<ProjectState> projects)
    {
        var held = projects
            .SelectMany(project => solution.GetProject(project.Id)!.Documents)
            .Select(document => document.FilePath)
            .ToHashSet(PathRules.Current.Comparer);
        // A document without a path holds generated usings and is not a file.
        var rest = solution.GetProject(standIn)!.Documents
            .ToLookup(document => document.FilePath is null || held.Contains(document.FilePath));
        return rest[false].Any()
            ? solution.RemoveDocuments([.. rest[true].Where(document => document.FilePath is not null).Select(document => document.Id)])
            : solution.RemoveProject(standIn);
    }

    private async Task<BuildResult> DescribeAsync(
        DotnetHost? host, string folder, SolutionChoice choice, IProgress<LoadProgress> progress, CancellationToken token)
    {
        if (choice.Problem is not null)
        {
            return new([], [new(FindingKind.BrokenProject, choice.Problem, Remedy.None, choice.Path)]);
        }
        if (choice.Projects.IsEmpty)
        {
            return new([], [new(
                FindingKind.NoProject,
                $"{folder} contains no C# project; its files are bound against the framework's types only.",
                Remedy.None,
                folder)]);
        }
        var refusals = choice.Projects.Select(project => (Project: project, Refusal: ProjectFile.Refusal(project))).ToList();
        var refused = refusals.Select(pair => pair.Refusal).OfType<LoadFinding>();
        ImmutableArray<string> projects = [.. refusals.Where(pair => pair.Refusal is null).Select(pair => pair.Project)];
        if (projects.IsEmpty)
        {
            return new([], [.. refused]);
        }
        if (host is null)
        {
            return new([], [.. refused, NoSdk(folder)]);
        }
        var built = await cache.GetAsync(
            new(host, folder, choice.Path, projects),
            () => DesignTimeBuild.RunAsync(host, Path.GetDirectoryName(choice.Path) ?? folder, projects, progress, token),
            progress,
            token);
        return built with { Findings = [.. refused, .. built.Findings] };
    }

    private static LoadFinding NoSdk(string path) =>
        new(FindingKind.NoSdk, "No .NET SDK was found, so projects cannot be loaded or restored.", Remedy.InstallSdk, path);

    private static LoadFinding NotTrusted { get; } = new(
        FindingKind.NotTrusted,
        "The workspace is not trusted, so its projects, generators and SDK are not executed. "
        + "Code is bound against the framework's types only.",
        Remedy.Trust,
        null);
}
