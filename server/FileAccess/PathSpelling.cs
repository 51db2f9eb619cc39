using System.Text.RegularExpressions;
using Assistant.Basics;

namespace Assistant.FileAccess;

/// <summary>Finds spellings of a path that the file system reads otherwise than a comparison of strings does.</summary>
internal static partial class PathSpelling
{
    /// <param name="trusted">Length of the workspace folder at the start of the path; it may hold a short name (<c>RUNNER~1</c>).</param>
    /// <returns>The problem as the end of a sentence that begins with the path; null where there is none.</returns>
    public static string? Problem(string path, PathRules rules, int trusted = 0)
    {
        if (path.AsSpan().ContainsAnyInRange('\0', '\x1f'))
        {
            return "holds a control character";
        }
        if (!rules.Windows)
        {
            return path.StartsWith('/') ? null : "is not a full path";
        }
        if (Device().IsMatch(path))
        {
            return "names a device";
        }
        if (Root().Match(path) is not { Success: true } root)
        {
            return "is not a full path";
        }
        var at = root.Length;
        foreach (var part in path[at..].Split('\\', '/'))
        {
            if (part is not ("" or "." or "..") && PartProblem(part, mayBeShort: at < trusted) is { } problem)
            {
                return problem;
            }
            at += part.Length + 1;
        }
        return null;
    }

    private static string? PartProblem(string part, bool mayBeShort) =>
        part.Contains(':') ? "names a stream of a file"
        : part[^1] is '.' or ' ' ? "has a name that ends with a dot or a blank, which Windows leaves out"
        : Reserved().IsMatch(part) ? "names a device"
        : !mayBeShort && ShortName().IsMatch(part) ? "holds a short name (8.3); use the long one"
        : null;

    [GeneratedRegex(@"^([\\/]{2}[?.]|[\\/]\?\?)[\\/]")]
    private static partial Regex Device();

    /// <summary>A drive, or a server and its share.</summary>
    [GeneratedRegex(@"^([A-Za-z]:|[\\/]{2}[^\\/:*?""<>|]+[\\/][^\\/:*?""<>|]+)[\\/]")]
    private static partial Regex Root();

    [GeneratedRegex(@"^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Reserved();

    [GeneratedRegex(@"^[^.]{1,6}~[0-9]{1,6}(\.[^.]{0,3})?$")]
    private static partial Regex ShortName();
}
