using System.Collections.Immutable;
using System.Security;
using Assistant.Basics;
using Assistant.Workspace.Status;

namespace Assistant.Workspace.MSBuild;

/// <summary>The compiler arguments of the projects, as msbuild reported them.</summary>
internal sealed record BuildResult(ImmutableArray<ProjectArguments> Projects, ImmutableArray<LoadFinding> Findings)
{
    /// <summary>A hash of all inputs, see <c>CacheKey</c>; null where none was computed.</summary>
    public string? Key { get; init; }
}

/// <summary>
/// Asks msbuild how it would call the compiler for each project, in one run for all of them. This executes the projects' code, so it is
/// for trusted workspaces only. It never restores.
/// </summary>
internal static class DesignTimeBuild
{
    private const string DescribedMark = "assistant-described|";

    /// <summary>Visual Studio sets these properties too, and projects test for them. Nothing is compiled.</summary>
    private const string Properties =
        "DesignTimeBuild=true;ProvideCommandLineArgs=true;SkipCompilerExecution=true;BuildProjectReferences=false;"
        + "BuildingInsideVisualStudio=true;ContinueOnError=ErrorAndContinue;"
        // Without an input that never exists, msbuild skips an up-to-date CoreCompile and reports no arguments.
        + "NonExistentFile=__nonexistent__/__nonexistent__";

    /// <param name="folder">The solution's folder; msbuild runs there, so that its global.json applies.</param>
    /// <param name="projects">The project files, all of them C# and SDK-style.</param>
    public static async Task<BuildResult> RunAsync(
        DotnetHost host, string folder, ImmutableArray<string> projects, IProgress<LoadProgress> progress, CancellationToken token)
    {
        // Outside of the workspace: its Directory.Build.props must not apply to the traversal, and nothing is written into it.
        var temporary = Directory.CreateTempSubdirectory("assistant-");
        try
        {
            var targets = Path.Combine(temporary.FullName, "DesignTime.targets");
            var traversal = Path.Combine(temporary.FullName, "traversal.proj");
            var described = Path.Combine(temporary.FullName, "described") + Path.DirectorySeparatorChar;
            await using (var source = typeof(DesignTimeBuild).Assembly.GetManifestResourceStream("DesignTime.targets")!)
            await using (var file = File.Create(targets))
            {
                await source.CopyToAsync(file, token);
            }
            await File.WriteAllTextAsync(traversal, Traversal(projects, targets, described), token);

            var messages = new BuildMessages();
            var unexplained = new List<string>();
            var done = new HashSet<string>(PathRules.Current.Comparer);
            progress.Report(new($"Reading {Projects(projects.Length)}", 0, projects.Length));
            var exitCode = await BuildProcess.RunAsync(
                host.Executable,
                ["msbuild", traversal, "-target:Describe", "-nologo", "-noAutoResponse", "-terminalLogger:off", "-verbosity:minimal",
                    "-consoleLoggerParameters:NoSummary", $"-maxCpuCount:{Math.Clamp(Environment.ProcessorCount, 1, 4)}"],
                folder,
                line =>
                {
                    if (line.IndexOf(DescribedMark, StringComparison.Ordinal) is var mark and >= 0)
                    {
                        var project = line[(mark + DescribedMark.Length)..].Split('|')[0];
                        if (done.Add(project))
                        {
                            var total = Math.Max(projects.Length, done.Count);
                            var name = Path.GetFileNameWithoutExtension(project);
                            progress.Report(new($"Read {name} ({done.Count} of {total})", done.Count, total));
                        }
                        return;
                    }
                    messages.Read(line);
                    if (unexplained.Count < 30 && line.Trim() is { Length: > 0 } text)
                    {
                        unexplained.Add(text);
                    }
                },
                token);

            var read = new List<ProjectArguments>();
            foreach (var file in Directory.Exists(described) ? Directory.GetFiles(described) : [])
            {
                if (ProjectArguments.Read(await File.ReadAllLinesAsync(file, token)) is { } project)
                {
                    read.Add(project);
                }
            }
            var findings = messages.Findings;
            if (read.Count == 0 && exitCode != 0 && findings.IsEmpty)
            {
                findings = [NotStarted(folder, exitCode, unexplained)];
            }
            return new(
                [.. read.OrderBy(project => project.Path, StringComparer.Ordinal).ThenByDescending(project => project.Rank)], findings);
        }
        finally
        {
            DeleteQuietly(temporary);
        }
    }

    private static string Traversal(ImmutableArray<string> projects, string targets, string described) =>
        $"""
        <Project>
          <Target Name="Describe">
            <ItemGroup>
        {string.Join('\n', projects.Select(project => $"""      <Described Include="{Escape(project)}" />"""))}
            </ItemGroup>
            <MSBuild Projects="@(Described)" Targets="AssistantDescribe" BuildInParallel="true" SkipNonexistentTargets="true"
              ContinueOnError="true" Properties="{Properties};AssistantOut={Escape(described)};{Hooks(targets)}" />
          </Target>
        </Project>
        """;

    /// <summary>Makes every project import DesignTime.targets after msbuild's own targets.</summary>
    private static string Hooks(string targets) =>
        $"CustomAfterMicrosoftCommonTargets={Escape(targets)};CustomAfterMicrosoftCommonCrossTargetingTargets={Escape(targets)}";

    /// <summary>First msbuild's escapes, then XML's.</summary>
    private static string Escape(string path) =>
        SecurityElement.Escape(string.Concat(path.Select(c =>
            "%*?@$();'".Contains(c, StringComparison.Ordinal) ? $"%{(int)c:X2}" : c.ToString())))!;

    /// <summary>msbuild did not start: the SDK version in global.json is not installed, or no SDK is.</summary>
    private static LoadFinding NotStarted(string folder, int? exitCode, List<string> output)
    {
        // dotnet's own error message: "Install the [99.0.100] .NET SDK or update [global.json] to match an installed SDK."
        var words = output.Find(line => line.StartsWith("Install the", StringComparison.Ordinal))
            ?? string.Join(' ', output.Where(line => line.Contains("SDK", StringComparison.Ordinal)).Take(3));
        return words.Length > 0
            ? new(FindingKind.NoSdk, $"The .NET SDK that this workspace asks for is not installed. {words}", Remedy.InstallSdk, folder)
            : new(
                FindingKind.BuildError,
                $"msbuild {(exitCode is null ? "did not start" : $"exited with code {exitCode}")}: {string.Join(' ', output.Take(4))}",
                Remedy.None,
                folder);
    }

    private static string Projects(int count) => count == 1 ? "1 project" : $"{count} projects";

    private static void DeleteQuietly(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A killed msbuild may still hold a file; the operating system clears its temporary folder.
        }
    }
}
