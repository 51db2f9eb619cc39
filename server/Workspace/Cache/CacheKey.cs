using System.Collections;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Assistant.Basics;
using Assistant.Workspace.Files;

namespace Assistant.Workspace.Cache;

/// <summary>
/// One hash over all inputs of msbuild's answer. msbuild does not report which files it imported, so every file that it may have imported
/// is included: an extra file rebuilds the cache too often, a missing one makes it wrong.
/// </summary>
internal static partial class CacheKey
{
    /// <summary>Files of these types are hashed by content.</summary>
    private static readonly HashSet<string> Contents = new(StringComparer.OrdinalIgnoreCase)
    {
        ".csproj", ".fsproj", ".vbproj", ".proj", ".shproj", ".projitems", ".props", ".targets", ".tasks", ".sln", ".slnx", ".slnf",
        ".user", ".rsp", ".ruleset",
    };

    /// <summary>Files of these types are hashed by name: the list of files matters to msbuild, their content does not.</summary>
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ".cs", ".editorconfig", ".globalconfig", ".razor", ".cshtml", ".resx", ".xaml", ".proto", ".json", ".txt",
    };

    private static readonly string[] InEveryFolderAbove =
    [
        "global.json", "NuGet.config", "nuget.config", "NuGet.Config", ".editorconfig", ".globalconfig", "Directory.Build.props",
        "Directory.Build.targets", "Directory.Packages.props", "Directory.Solution.props", "Directory.Build.rsp", "MSBuild.rsp",
    ];

    private static readonly string[] Variables = ["MSBUILD", "DOTNET_", "NUGET_", "CSC", "ROSLYN", "VISUALSTUDIO"];

    private static readonly string[] WholeVariables = ["CI", "CONFIGURATION", "PLATFORM", "TARGETFRAMEWORK", "HOME", "USERPROFILE"];

    /// <param name="assetsFiles">The project.assets.json of each project, at the paths that msbuild reported.</param>
    public static string Of(BuildQuestion question, IReadOnlyCollection<string> assetsFiles, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string value) => hash.AppendData(Encoding.UTF8.GetBytes(value + "\n"));

        // Another build of the server may ask msbuild differently or read the answer differently.
        Add(typeof(CacheKey).Module.ModuleVersionId.ToString());
        Add(question.Host.Root);
        foreach (var sdk in question.Host.Sdks)
        {
            Add(sdk);
        }
        foreach (var variable in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value))
            .Where(variable => Variables.Any(start => variable.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                || WholeVariables.Contains(variable.Name, StringComparer.OrdinalIgnoreCase))
            .OrderBy(variable => variable.Name, StringComparer.Ordinal))
        {
            Add($"{variable.Name}={variable.Value}");
        }

        var read = new SortedSet<string>(question.Projects, StringComparer.Ordinal);
        var named = new SortedSet<string>(StringComparer.Ordinal);
        // A solution's projects may lie outside of its folder.
        foreach (var folder in Roots([question.Folder, .. question.Projects.Select(project => Path.GetDirectoryName(project)!)]))
        {
            foreach (var path in SourceFiles.Find(folder, (ref entry) => IsOf(Contents, entry.FileName) || IsOf(Names, entry.FileName)))
            {
                token.ThrowIfCancellationRequested();
                (IsOf(Contents, path) || Path.GetFileName(path) == "global.json" ? read : named).Add(path);
            }
            for (var above = folder; above is not null; above = Path.GetDirectoryName(above))
            {
                read.UnionWith(InEveryFolderAbove.Select(name => Path.Combine(above, name)));
            }
        }
        foreach (var assets in assetsFiles)
        {
            read.Add(assets);
            // The props and targets that a restore writes beside it are imported as well.
            if (Path.GetDirectoryName(assets) is { } folder && Directory.Exists(folder))
            {
                read.UnionWith(Directory.EnumerateFiles(folder, "*.nuget.g.*"));
            }
        }
        var open = new Queue<string>(read);
        var outside = new HashSet<string>(read, StringComparer.Ordinal);
        while (open.TryDequeue(out var path))
        {
            token.ThrowIfCancellationRequested();
            Add(path);
            var content = Read(path);
            hash.AppendData(content is null ? "-"u8 : SHA256.HashData(content));
            if (content is not null && IsOf(Contents, path))
            {
                foreach (var imported in Imports(path, content).Where(outside.Add))
                {
                    open.Enqueue(imported);
                }
            }
        }
        foreach (var path in named)
        {
            Add(path);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsOf(HashSet<string> extensions, ReadOnlySpan<char> path) =>
        extensions.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Path.GetExtension(path));

    /// <summary>The folders, without those that lie in another one of them.</summary>
    private static List<string> Roots(IEnumerable<string> folders)
    {
        var roots = new List<string>();
        foreach (var folder in folders.Distinct().OrderBy(folder => folder.Length))
        {
            if (!roots.Any(root =>
                folder.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
            {
                roots.Add(folder);
            }
        }
        return roots;
    }

    private static byte[]? Read(string path)
    {
        try
        {
            return File.Exists(path) ? PlainFile.ReadBytes(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Imports by a literal path, relative to the importing file; they may lead out of the workspace folder.</summary>
    private static IEnumerable<string> Imports(string path, byte[] content)
    {
        foreach (Match match in Import().Matches(Encoding.UTF8.GetString(content)))
        {
            var imported = match.Groups["path"].Value
                .Replace("$(MSBuildThisFileDirectory)", "", StringComparison.OrdinalIgnoreCase)
                .Replace('\\', Path.DirectorySeparatorChar);
            if (!imported.Contains('$') && !imported.Contains('*') && imported.Length > 0)
            {
                yield return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, imported.TrimStart(Path.DirectorySeparatorChar)));
            }
        }
    }

    [GeneratedRegex("""<Import\s[^>]*?Project\s*=\s*"(?<path>[^"]+)"[^>]*>""", RegexOptions.IgnoreCase)]
    private static partial Regex Import();
}
