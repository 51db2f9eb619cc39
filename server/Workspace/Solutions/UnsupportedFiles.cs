using Assistant.Workspace.Files;
using Assistant.Workspace.Status;

namespace Assistant.Workspace.Solutions;

/// <summary>File types whose C# is not analysed; one finding per type.</summary>
internal static class UnsupportedFiles
{
    public static IEnumerable<LoadFinding> In(string folder) =>
        SourceFiles.Find(folder, [".razor", ".cshtml", ".csx"])
            .GroupBy(path => Path.GetExtension(path).ToLowerInvariant())
            .Select(files => new LoadFinding(
                FindingKind.UnsupportedFiles,
                files.Key is ".csx"
                    ? "C# scripts (.csx) are analysed without their #r and #load references."
                    : $"The C# in {files.Key} files is not analysed; suggestions are for .cs files.",
                Remedy.None,
                files.First()))
            .OrderBy(finding => finding.Message, StringComparer.Ordinal);
}
