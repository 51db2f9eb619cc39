using System.Collections.Immutable;

namespace Assistant.Workspace.MSBuild;

/// <summary>The compiler's arguments for one project and one target framework, as msbuild reported them.</summary>
/// <param name="Path">The project file.</param>
/// <param name="Framework">The target framework; empty where the project has none.</param>
/// <param name="Frameworks">All target frameworks of the project.</param>
/// <param name="AssetsFile">The project.assets.json that a restore writes; part of the cache key.</param>
/// <param name="Packages">The packages that the project names.</param>
/// <param name="Outputs">The paths of the assembly and its reference assembly; other projects' references are resolved by them.</param>
/// <param name="Arguments">The compiler's command line; empty if msbuild failed before it.</param>
internal sealed record ProjectArguments(
    string Path,
    string Framework,
    ImmutableArray<string> Frameworks,
    string AssemblyName,
    string AssetsFile,
    ImmutableArray<string> Packages,
    ImmutableArray<string> Outputs,
    ImmutableArray<string> Arguments)
{
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Greater is loaded first: .NET before .NET Standard before .NET Framework, newer before older.</summary>
    public (int Kind, Version Version) Rank
    {
        get
        {
            var name = Framework.Split('-')[0];
            return name.StartsWith("netstandard", StringComparison.Ordinal) ? (1, Number(name["netstandard".Length..]))
                : name.StartsWith("netcoreapp", StringComparison.Ordinal) ? (2, Number(name["netcoreapp".Length..]))
                : name.StartsWith("net", StringComparison.Ordinal) && name.Contains('.') ? (3, Number(name["net".Length..]))
                : (0, Number(string.Join('.', name.Where(char.IsAsciiDigit))));

            static Version Number(string text) => Version.TryParse(text, out var version) ? version : new(0, 0);
        }
    }

    /// <summary>Reads the output of DesignTime.targets: a letter, a bar and a value per line. Null if it names no project.</summary>
    public static ProjectArguments? Read(IEnumerable<string> lines)
    {
        var values = lines.Where(line => line.Length > 2 && line[1] == '|').ToLookup(line => line[0], line => line[2..]);
        if (values['P'].FirstOrDefault() is not { } path)
        {
            return null;
        }
        var folder = System.IO.Path.GetDirectoryName(path)!;
        return new(
            path,
            values['F'].FirstOrDefault("").Trim(),
            [.. values['M'].SelectMany(list => list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
            values['N'].FirstOrDefault(System.IO.Path.GetFileNameWithoutExtension(path)),
            values['X'].FirstOrDefault("") is { Length: > 0 } assets ? FullPath(folder, assets) : "",
            [.. values['K']],
            [.. values['T'].Select(output => FullPath(folder, output)).Distinct()],
            [.. values['A']]);
    }

    private static string FullPath(string folder, string path) => System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, path));
}
