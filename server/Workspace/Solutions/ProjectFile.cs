using System.Xml;
using System.Xml.Linq;
using Assistant.Basics;
using Assistant.Workspace.Status;

namespace Assistant.Workspace.Solutions;

/// <summary>Checks a project file by reading it; nothing is executed.</summary>
internal static class ProjectFile
{
    /// <summary>The reason why the project is not loaded; null if it is.</summary>
    public static LoadFinding? Refusal(string path)
    {
        var name = Path.GetFileName(path);
        if (!path.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase))
        {
            var language = Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".fsproj" => "F#",
                ".vbproj" => "Visual Basic",
                var extension => extension,
            };
            return new(FindingKind.NotCSharp, $"{name} is a project for {language}; only C# is supported.", Remedy.None, path);
        }
        try
        {
            return IsSdkStyle(XDocument.Parse(PlainFile.ReadText(path)).Root!)
                ? null
                : new(FindingKind.OldStyleProject,
                    $"{name} is not an SDK-style project and cannot be loaded. Its files are bound against the framework's types only. "
                    + "`dotnet try-convert` or the .NET Upgrade Assistant converts it.",
                    Remedy.None, path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(FindingKind.BrokenProject, $"The solution names {name}, which does not exist.", Remedy.None, path);
        }
        catch (Exception exception) when (exception is XmlException or IOException or UnauthorizedAccessException)
        {
            return new(FindingKind.BrokenProject, $"{name} cannot be read: {exception.Message}", Remedy.None, path);
        }
    }

    private static bool IsSdkStyle(XElement project) =>
        project.Attribute("Sdk") is not null
        || project.Elements().Any(element => element.Name.LocalName == "Sdk"
            || (element.Name.LocalName == "Import" && element.Attribute("Sdk") is not null));
}
