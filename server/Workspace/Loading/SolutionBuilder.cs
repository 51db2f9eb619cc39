using System.Collections.Immutable;
using Assistant.Basics;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Status;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assistant.Workspace.Loading;

/// <summary>Makes a Roslyn solution from msbuild's compiler arguments. Files are read when their text is first needed.</summary>
internal sealed class SolutionBuilder(References references, GeneratorLoader generators, ImmutableArray<string> frameworkReferences)
{
    /// <summary>Skips projects for which msbuild reported no compiler arguments.</summary>
    /// <param name="below">The solution to add to, with the folders that have a lower level.</param>
    public (Solution Solution, ImmutableArray<ProjectState> States) Build(Solution below, BuildResult built, CancellationToken token)
    {
        var ids = new Dictionary<ProjectArguments, ProjectId>();
        var byOutput = new Dictionary<string, ProjectArguments>(PathRules.Current.Comparer);
        foreach (var project in built.Projects.Where(project => !project.Arguments.IsEmpty))
        {
            ids.Add(project, ProjectId.CreateNewId(project.Name));
            foreach (var output in project.Outputs)
            {
                byOutput.TryAdd(output, project);
            }
        }
        var states = ImmutableArray.CreateBuilder<ProjectState>();
        var uses = new Dictionary<ProjectArguments, HashSet<ProjectArguments>>();
        var solution = below;
        foreach (var (project, id) in ids)
        {
            token.ThrowIfCancellationRequested();
            var (info, state) = Project(project, id, path =>
                byOutput.TryGetValue(path, out var other) && Use(uses, project, other) ? ids[other] : null, built);
            solution = solution.AddProject(info);
            states.Add(state);
        }
        return (solution, states.ToImmutable());
    }

    /// <summary>
    /// Records that one project references another. False if the reference would close a circle. msbuild refuses circles between projects,
    /// but a reference to an assembly's path may make one; that reference stays one to the file.
    /// </summary>
    private static bool Use(Dictionary<ProjectArguments, HashSet<ProjectArguments>> uses, ProjectArguments project, ProjectArguments other)
    {
        var seen = new HashSet<ProjectArguments>();
        var open = new Stack<ProjectArguments>([other]);
        while (open.TryPop(out var next))
        {
            if (next == project)
            {
                return false;
            }
            if (seen.Add(next) && uses.TryGetValue(next, out var further))
            {
                foreach (var used in further)
                {
                    open.Push(used);
                }
            }
        }
        if (!uses.TryGetValue(project, out var known))
        {
            uses[project] = known = [];
        }
        known.Add(other);
        return true;
    }

    /// <param name="projectAt">The project that builds the assembly at a path; null if it cannot be referenced as a project.</param>
    private (ProjectInfo, ProjectState) Project(
        ProjectArguments project, ProjectId id, Func<string, ProjectId?> projectAt, BuildResult built)
    {
        var line = CSharpCommandLineParser.Default.Parse(project.Arguments, project.Folder, sdkDirectory: null);
        var findings = ImmutableArray.CreateBuilder<LoadFinding>();
        findings.AddRange(built.Findings.Where(finding => PathRules.Current.Comparer.Equals(finding.Path, project.Path)));

        // A design-time build does not report a missing restore (NETSDK1004).
        var unrestored = project.AssetsFile.Length > 0 && !File.Exists(project.AssetsFile);
        if (unrestored)
        {
            findings.Add(new(
                FindingKind.NotRestored, $"{project.Name} was never restored, so its packages are unknown.", Remedy.Restore, project.Path));
        }

        var projectReferences = new List<ProjectReference>();
        var metadata = new List<MetadataReference>();
        var missing = new List<string>();
        var hasFramework = false;
        foreach (var reference in line.MetadataReferences)
        {
            var path = FullPath(project.Folder, reference.Reference);
            hasFramework |= Path.GetFileNameWithoutExtension(path) is "System.Runtime" or "mscorlib" or "netstandard" && File.Exists(path);
            if (projectAt(path) is { } other)
            {
                if (projectReferences.All(known => known.ProjectId != other))
                {
                    projectReferences.Add(new(other, reference.Properties.Aliases, reference.Properties.EmbedInteropTypes));
                }
            }
            else if (references.Find(path, reference.Properties) is { } found)
            {
                metadata.Add(found);
            }
            else
            {
                missing.Add(path);
            }
        }
        if (!hasFramework)
        {
            metadata.AddRange(references.FindAll(frameworkReferences));
            findings.Add(new(FindingKind.MissingReferences,
                $"{project.Name}: the reference assemblies of {project.Framework} are not installed; those of the newest .NET are used.",
                Remedy.Restore, project.Path));
        }
        if (missing.Count > 0)
        {
            findings.Add(new(FindingKind.MissingReferences,
                $"{project.Name}: {missing.Count} references do not exist on disk, for example {Path.GetFileName(missing[0])}.",
                Remedy.Restore,
                project.Path));
        }

        var analyzers = new List<AnalyzerReference>();
        foreach (var path in line.AnalyzerReferences.Select(reference => FullPath(project.Folder, reference.FilePath)).Distinct())
        {
            var (reference, problem) = generators.Load(path);
            if (reference is not null)
            {
                analyzers.Add(reference);
            }
            if (problem is not null)
            {
                findings.Add(new(FindingKind.GeneratorNotLoaded, $"{project.Name}: {problem}", Remedy.None, project.Path));
            }
        }

        var info = ProjectInfo.Create(
            id,
            VersionStamp.Default,
            project.Name,
            project.AssemblyName,
            LanguageNames.CSharp,
            project.Path,
            project.Outputs.FirstOrDefault(),
            Options(line),
            line.ParseOptions.WithDocumentationMode(DocumentationMode.Parse),
            [.. line.SourceFiles.Select(file => ReadLater(id, project.Folder, file.Path))],
            projectReferences,
            metadata,
            analyzers,
            [.. line.AdditionalFiles.Select(file => ReadLater(id, project.Folder, file.Path))])
            .WithAnalyzerConfigDocuments(line.AnalyzerConfigPaths.Where(File.Exists).Select(path => ReadLater(id, project.Folder, path)));
        return (info, new(
            id,
            project.Name,
            project.Path,
            project.Framework,
            [.. project.Frameworks.Where(framework => framework != project.Framework)],
            LoadLevel.Projects,
            // A restore adds nothing to a project without packages.
            Degraded: findings.Any(finding => finding.Kind != FindingKind.NotRestored) || (unrestored && !project.Packages.IsEmpty),
            findings.ToImmutable()));
    }

    /// <summary>A document that reads its text from disk when it is first needed.</summary>
    internal static DocumentInfo ReadLater(ProjectId project, string folder, string path)
    {
        var full = FullPath(folder, path);
        var relative = Path.GetDirectoryName(Path.GetRelativePath(folder, full)) ?? "";
        return DocumentInfo.Create(
            DocumentId.CreateNewId(project),
            Path.GetFileName(full),
            relative.StartsWith("..", StringComparison.Ordinal) || relative.Length == 0 ? [] : relative.Split(Path.DirectorySeparatorChar),
            SourceCodeKind.Regular,
            new FileTextLoader(full, defaultEncoding: null),
            full);
    }

    private static CompilationOptions Options(CSharpCommandLineArguments line) =>
        line.CompilationOptions
            // csc also unifies versions as for a desktop application.
            .WithAssemblyIdentityComparer(DesktopAssemblyIdentityComparer.Default)
            // Without it a signed project has no public key, and InternalsVisibleTo fails.
            .WithStrongNameProvider(new DesktopStrongNameProvider(line.KeyFileSearchPaths));

    private static string FullPath(string folder, string path) => Path.GetFullPath(Path.Combine(folder, path));
}
