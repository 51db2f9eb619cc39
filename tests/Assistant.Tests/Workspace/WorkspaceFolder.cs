using Assistant.Workspace.Documents;
using Assistant.Workspace.Files;
using Assistant.Workspace.Loading;
using Assistant.Workspace.MSBuild;
using Assistant.Workspace.Status;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Workspace;

/// <summary>A workspace in a temporary folder, and a loader with its cache in another one.</summary>
internal sealed class WorkspaceFolder : IDisposable
{
    private readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("workspace-");

    public WorkspaceFolder()
    {
        Root = PathIdentity.Current.Real(Directory.CreateDirectory(Path.Combine(temporary.FullName, "ws")).FullName);
        Cache = Path.Combine(temporary.FullName, "cache");
        Loader = NewLoader();
    }

    /// <summary>A copy of one of tests/fixtures/solutions, so that msbuild does not write into the repository.</summary>
    public static WorkspaceFolder Of(string fixture)
    {
        var folder = new WorkspaceFolder();
        var source = Repository.Fixture(Path.Combine("solutions", fixture));
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.GetRelativePath(source, file), File.ReadAllText(file));
        }
        return folder;
    }

    public string Root { get; }

    public string Cache { get; }

    public WorkspaceLoader Loader { get; }

    public WorkspaceLoader NewLoader(Func<DotnetHost?>? dotnet = null) =>
        new(new LoaderOptions(Cache) { Dotnet = dotnet ?? DotnetHost.Find }, TimeProvider.System, NullLogger.Instance);

    public string At(string relative) => Path.GetFullPath(Path.Combine(Root, relative));

    public string Uri(string relative) => DocumentUri.FromPath(At(relative));

    public string Write(string relative, string text = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(relative))!);
        File.WriteAllText(At(relative), text);
        return At(relative);
    }

    public WorkspaceFolder Without(params string[] relatives)
    {
        foreach (var relative in relatives)
        {
            File.Delete(At(relative));
        }
        return this;
    }

    public LoadRequest Request(bool trusted = true, LoadLevel highest = LoadLevel.Projects, bool mayAsk = false, string? solution = null) =>
        new([Root], trusted, () => [], mayAsk, highest, solution);

    /// <summary>The last result of a load.</summary>
    public async Task<LoadedWorkspace> LoadAsync(
        LoadRequest? request = null, IProgress<LoadProgress>? progress = null, CancellationToken token = default)
    {
        var last = LoadedWorkspace.Nothing;
        await foreach (var loaded in Loader.LoadAsync(request ?? Request(), progress ?? new Heard(), token))
        {
            last = loaded;
        }
        return last;
    }

    public void Dispose() => temporary.Delete(recursive: true);

    internal sealed class Heard(Action<LoadProgress>? heard = null) : IProgress<LoadProgress>
    {
        public List<string> Messages { get; } = [];

        public void Report(LoadProgress value)
        {
            lock (Messages)
            {
                Messages.Add(value.Message);
            }
            heard?.Invoke(value);
        }
    }
}
