using System.Text;
using Assistant.Basics;

namespace Assistant.Workspace.Documents;

/// <summary>Converts file URIs to paths and back. Elsewhere, URIs are the unchanged strings that the client sent.</summary>
public static class DocumentUri
{
    /// <summary>The path of a <c>file:</c> URI; null for other schemes (<c>untitled:</c>, <c>git:</c>) and for invalid URIs.</summary>
    public static string? ToPath(string uri) => ToPath(uri, PathRules.Current);

    public static string? ToPath(string uri, PathRules rules)
    {
        if (!uri.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        var rest = uri.AsSpan("file:".Length);
        var end = rest.IndexOfAny('?', '#');
        rest = end < 0 ? rest : rest[..end];

        var host = "";
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            rest = rest[2..];
            var slash = rest.IndexOf('/');
            if (slash < 0)
            {
                return null;
            }
            host = Uri.UnescapeDataString(rest[..slash]);
            rest = rest[slash..];
        }
        var path = Uri.UnescapeDataString(rest);
        if (!path.StartsWith('/') || path.Contains('\0'))
        {
            return null;
        }
        if (!rules.Windows)
        {
            // A UNC host has no meaning on Unix; `localhost` is RFC 8089's long form of the empty host.
            return host is "" || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? Trim(path, '/') : null;
        }
        path = path.Replace('/', '\\');
        if (host is not "" && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return Trim($@"\\{host}{path}", '\\');
        }
        // `/c:/a`: VS Code writes a lower-case drive and msbuild an upper-case one, so one of the two is chosen.
        return HasDrive(path.AsSpan(1)) ? Trim(char.ToUpperInvariant(path[1]) + path[2..], '\\') : null;
    }

    /// <summary>The URI as VS Code writes it: a lower-case drive; all but RFC 3986's unreserved characters escaped.</summary>
    public static string FromPath(string path) => FromPath(path, PathRules.Current);

    public static string FromPath(string path, PathRules rules)
    {
        var slashed = rules.Windows ? path.Replace('\\', '/') : path;
        var uri = new StringBuilder("file://");
        if (rules.Windows && slashed.StartsWith("//", StringComparison.Ordinal))
        {
            slashed = slashed[2..];
        }
        else
        {
            if (rules.Windows && HasDrive(slashed))
            {
                slashed = char.ToLowerInvariant(slashed[0]) + slashed[1..];
            }
            if (!slashed.StartsWith('/'))
            {
                uri.Append('/');
            }
        }
        return uri.AppendJoin('/', slashed.Split('/').Select(Uri.EscapeDataString)).ToString();
    }

    /// <summary>
    /// Equal for two spellings of one document's URI. Links are not followed: an editor may open a file and a link to it as two documents
    /// with different texts.
    /// </summary>
    public static string Key(string uri) => Key(uri, PathRules.Current);

    public static string Key(string uri, PathRules rules) => ToPath(uri, rules) is { } path ? rules.Fold(path) : uri;

    private static bool HasDrive(ReadOnlySpan<char> path) => path.Length >= 2 && char.IsAsciiLetter(path[0]) && path[1] == ':';

    /// <summary>Without the separator at the end, except where it is the root itself.</summary>
    private static string Trim(string path, char separator)
    {
        var trimmed = path.TrimEnd(separator);
        return trimmed.Length == 0 || trimmed.EndsWith(':') ? trimmed + separator : trimmed;
    }
}
