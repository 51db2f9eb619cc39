using Microsoft.Extensions.FileSystemGlobbing;

namespace Assistant.Settings;

/// <summary>
/// Checks the globs of <c>completion.excludedFiles</c>. The library that matches them throws at some, and in the loop an exception would
/// end the session.
/// </summary>
internal static class ExcludedGlobs
{
    /// <param name="source">The name of the globs' source, for the warnings.</param>
    /// <returns>The usable globs; each other one adds a warning.</returns>
    public static IEnumerable<string> Usable(IEnumerable<string> globs, string source, List<string> warnings)
    {
        foreach (var glob in globs)
        {
            if (IsUsable(glob))
            {
                yield return glob;
            }
            else
            {
                warnings.Add($"{source}: completion.excludedFiles has the glob \"{glob}\", in which \"..\" comes after other parts; "
                    + "it has no effect until it is fixed. Name the folder itself.");
            }
        }
    }

    private static bool IsUsable(string glob)
    {
        try
        {
            new Matcher().AddInclude(glob);
            return true;
        }
        catch (ArgumentException)
        {
            // The library's only exception for a text: ".." is allowed at the start of a glob alone.
            return false;
        }
    }
}
