using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Assistant.Basics;

namespace Assistant.Workspace.Solutions;

/// <summary>The projects that a solution file names. Reading one executes nothing.</summary>
/// <param name="Projects">Full paths of the projects of every language, whether they exist or not.</param>
/// <param name="Problem">The reason why the file cannot be read; null if it can.</param>
internal sealed partial record SolutionFile(string Path, ImmutableArray<string> Projects, string? Problem)
{
    public static readonly ImmutableArray<string> Extensions = [".slnx", ".sln", ".slnf"];

    public static SolutionFile Read(string path)
    {
        try
        {
            IEnumerable<string> projects = System.IO.Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".slnx" => ReadXml(path),
                ".slnf" => ReadFilter(path),
                ".sln" => ReadText(path),
                // A project file counts as a solution with one project.
                _ => [System.IO.Path.GetFileName(path)],
            };
            var folder = System.IO.Path.GetDirectoryName(path)!;
            return new(path, [.. projects.Select(project => FullPath(folder, project)).Distinct()], null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or XmlException or JsonException
            or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            return new(path, [], $"{System.IO.Path.GetFileName(path)} cannot be read: {exception.Message}");
        }
    }

    /// <summary>The file lists solution folders and web sites like projects; the extension tells them apart.</summary>
    private static IEnumerable<string> ReadText(string path) =>
        PlainFile.ReadText(path).Split('\n')
            .Select(line => ProjectLine().Match(line))
            .Where(match => match.Success)
            .Select(match => match.Groups["path"].Value)
            .Where(project => project.EndsWith("proj", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> ReadXml(string path) =>
        XDocument.Parse(PlainFile.ReadText(path))
            .Descendants("Project")
            .Select(project => (string?)project.Attribute("Path"))
            .OfType<string>();

    /// <summary>A filter's projects are relative to its solution, the solution to the filter.</summary>
    private static IEnumerable<string> ReadFilter(string path)
    {
        using var json = JsonDocument.Parse(
            PlainFile.ReadBytes(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var solution = json.RootElement.GetProperty("solution");
        var folder = System.IO.Path.GetDirectoryName(
            FullPath(System.IO.Path.GetDirectoryName(path)!, solution.GetProperty("path").GetString()!))!;
        return [.. solution.GetProperty("projects").EnumerateArray().Select(project => FullPath(folder, project.GetString()!))];
    }

    private static string FullPath(string folder, string path) =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, path.Replace('\\', System.IO.Path.DirectorySeparatorChar)));

    [GeneratedRegex("""^\s*Project\("[^"]*"\)\s*=\s*"[^"]*"\s*,\s*"(?<path>[^"]*)"\s*,""")]
    private static partial Regex ProjectLine();
}
