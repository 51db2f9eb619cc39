using Assistant.Workspace.Loading;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Status;

namespace Assistant.Tests.Workspace.Loading;

/// <summary>Loading a project runs its code, so files of an untrusted workspace are only read.</summary>
public sealed class TrustTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_process_is_started_only_in_a_trusted_workspace(bool trusted)
    {
        using var folder = WorkspaceFolder.Of("unrestored");
        using var installation = new WorkspaceFolder();
        // This dotnet only records its start and its current directory.
        var dotnet = installation.Write("dotnet", $"#!/bin/sh\npwd > '{installation.At("started")}'\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        var levels = new List<LoadLevel>();
        var last = LoadedWorkspace.Nothing;
        var loader = folder.NewLoader(() => new DotnetHost(installation.Root));
        await foreach (var loaded in loader.LoadAsync(folder.Request(trusted), new WorkspaceFolder.Heard(), default))
        {
            levels.Add((last = loaded).Level);
        }
        Assert.Equal(trusted, File.Exists(installation.At("started")));
        Assert.DoesNotContain(LoadLevel.Projects, levels);
        Assert.Equal(!trusted, last.Findings.Any(finding => finding is { Kind: FindingKind.NotTrusted, Remedy: Remedy.Trust }));
        if (trusted)
        {
            // The workspace's global.json applies to this directory.
            Assert.Equal(folder.Root, (await File.ReadAllTextAsync(installation.At("started"))).Trim());
        }
    }

    [Fact]
    public async Task The_cache_of_a_trusted_workspace_is_not_used_without_trust()
    {
        using var folder = WorkspaceFolder.Of("generator");
        GeneratorAssembly.Write(folder.At("Gen/bin/Debug/net10.0/Gen.dll"), "Generated", "Gen.dll");
        Assert.Equal(LoadLevel.Projects, (await folder.LoadAsync()).Level);
        var loaded = await folder.LoadAsync(folder.Request(trusted: false));
        Assert.Equal(LoadLevel.Framework, loaded.Level);
        Assert.All(loaded.Solution.Projects, project => Assert.Empty(project.AnalyzerReferences));
    }

    [Fact]
    public void Dotnet_is_never_taken_from_a_relative_PATH()
    {
        using var folder = new WorkspaceFolder();
        folder.Write("sdk/1.0.0/x");
        folder.Write(OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), folder.Root);
        Assert.NotEqual(folder.Root, DotnetHost.Find(name => name is "PATH" or "DOTNET_ROOT" ? relative : null)?.Root);
        Assert.Equal(folder.Root, DotnetHost.Find(name => name == "PATH" ? folder.Root : null)?.Root);
    }
}
