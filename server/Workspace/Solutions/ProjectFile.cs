using System.Xml;
using System.Xml.Linq;
using Assistant.Basics;
using Assistant.Workspace.Status;

namespace Assistant.Workspace.Solutions;

/// <summary>What a project file says to a reader who executes nothing.</summary>
internal static class ProjectFile
{
    /// <summary>Why msbuild is not asked about this project; null if it is.</summary>
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
            return new(FindingKind.NotCSharp, $"{name} is a project for {language}; only C# is understood.", Remedy.None, path);
        }
        try
        {
            return IsSdkStyle(XDocument.Parse(PlainFile.ReadText(path)).Root!)
                ? null
                : new(FindingKind.OldStyleProject,
                    $"{name} is a project in the old style of .NET Framework, which cannot be loaded. Its files are understood without their "
                    + "references. `dotnet try-convert` or the .NET Upgrade Assistant brings it to the present style.",
                    Remedy.None, path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(FindingKind.BrokenProject, $"{name} is named by the solution but does not exist.", Remedy.None, path);
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
