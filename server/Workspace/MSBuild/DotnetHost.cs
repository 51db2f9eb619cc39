using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Assistant.Workspace.Files;

namespace Assistant.Workspace.MSBuild;

/// <summary>
/// An installation of .NET. It is found without running <c>dotnet</c>, which may execute an SDK that a <c>global.json</c> names.
/// </summary>
/// <param name="Root">The folder that holds <c>dotnet</c>, <c>sdk</c> and <c>packs</c>.</param>
internal sealed record DotnetHost(string Root)
{
    /// <summary>Null if there is no installation with an SDK.</summary>
    public static DotnetHost? Find() => Find(Environment.GetEnvironmentVariable);

    /// <param name="variable">Reads an environment variable.</param>
    public static DotnetHost? Find(Func<string, string?> variable)
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var onPath = (variable("PATH") ?? "").Split(Path.PathSeparator)
            // A relative entry may lead into the workspace.
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, name));
        string?[] known =
        [
            variable("DOTNET_HOST_PATH"),
            variable("DOTNET_ROOT") is { Length: > 0 } root && Path.IsPathFullyQualified(root) ? Path.Combine(root, name) : null,
            .. onPath,
            Environment.ProcessPath,
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", name),
            Path.Combine("/usr/local/share/dotnet", name),
            Path.Combine("/usr/share/dotnet", name),
            Path.Combine("/usr/lib/dotnet", name),
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "dotnet", name),
        ];
        return known
            .Where(path => path is not null && Path.GetFileName(path) == name && File.Exists(path))
            .Select(path => new DotnetHost(Path.GetDirectoryName(PathIdentity.Current.Real(path!))!))
            .FirstOrDefault(host => host.Sdks.Length > 0);
    }

    public string Executable => Path.Combine(Root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");

    /// <summary>The versions of the SDKs that are installed, by name.</summary>
    public ImmutableArray<string> Sdks => Versions(Path.Combine(Root, "sdk"));

    /// <summary>The assemblies of the newest version of a reference pack; empty if it is not installed.</summary>
    /// <param name="name"><c>Microsoft.NETCore.App.Ref</c> or <c>Microsoft.AspNetCore.App.Ref</c>.</param>
    public ImmutableArray<string> ReferencePack(string name)
    {
        var pack = Path.Combine(Root, "packs", name);
        return Versions(pack)
            .OrderByDescending(Parse)
            .Select(version => Path.Combine(pack, version, "ref"))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetDirectories(folder).OrderByDescending(framework => Parse(Path.GetFileName(framework)[3..])))
            .Select(folder => Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal).ToImmutableArray())
            .FirstOrDefault(files => files.Length > 0, []);
    }

    /// <summary>
    /// The references of code without a project: the newest reference pack, else the assemblies of the runtime that runs this process.
    /// </summary>
    public static ImmutableArray<string> FrameworkReferences(DotnetHost? host)
    {
        var pack = host?.ReferencePack("Microsoft.NETCore.App.Ref") ?? [];
        return pack.Length > 0
            ? pack
            : [.. Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll").Where(IsManaged).Order(StringComparer.Ordinal)];
    }

    private static bool IsManaged(string path) =>
        Path.GetFileName(path) is var name
        && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll" or "Microsoft.CSharp.dll")
        && !name.Contains(".Native", StringComparison.Ordinal);

    private static ImmutableArray<string> Versions(string folder) =>
        Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>A preview sorts before its release.</summary>
    private static (Version, bool) Parse(string version)
    {
        var dash = version.IndexOf('-');
        return (Version.TryParse(dash < 0 ? version : version[..dash], out var parsed) ? parsed : new(0, 0), dash < 0);
    }
}
