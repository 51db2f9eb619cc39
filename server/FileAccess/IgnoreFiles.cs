using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Assistant.Basics;

namespace Assistant.FileAccess;

/// <summary>
/// Git's ignore rules of a workspace: each folder's <c>.gitignore</c> and <c>.git/info/exclude</c>, read when they are first needed and
/// again when their size or time of change differs. The user's own <c>core.excludesFile</c> is not read, and a file that git tracks
/// although a rule matches it counts as ignored. Reads the disk: not for the loop.
/// </summary>
internal sealed class IgnoreFiles(PathRules rules)
{
    /// <summary>In bytes; ignore files are a few kB.</summary>
    private const long Longest = 1 << 20;

    private readonly ConcurrentDictionary<string, (DateTime Written, long Length, ImmutableArray<IgnorePattern> Patterns)> known =
        new(rules.Comparer);

    /// <summary>
    /// Whether git ignores a file below a folder. Git looks at each folder on the way: below an ignored one nothing is taken back.
    /// </summary>
    /// <param name="folder">The workspace folder, with links followed.</param>
    /// <param name="path">A file in it, with links followed.</param>
    /// <exception cref="IOException">An ignore file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">An ignore file may not be read.</exception>
    public bool Ignores(string folder, string path)
    {
        var root = Repository(folder);
        var levels = Start(root);
        var names = path[root.Length..].Split(rules.Separator, StringSplitOptions.RemoveEmptyEntries);
        var at = root;
        for (var i = 0; i < names.Length; i++)
        {
            levels.Add((at, Patterns(Path.Combine(at, ".gitignore"), followsLink: false)));
            at = Path.Combine(at, names[i]);
            var isFolder = i < names.Length - 1;
            if (IsIgnored(levels, at, isFolder))
            {
                if (at.Length > folder.Length)
                {
                    return true;
                }
                // The user opened an ignored folder: only the rules in it count.
                levels.Clear();
            }
            if (isFolder && Path.Exists(Path.Combine(at, ".git")))
            {
                // A repository in the repository has rules of its own.
                levels = Start(at);
            }
        }
        return false;
    }

    /// <summary>The nearest repository at or above a workspace folder; the folder itself where there is none.</summary>
    private static string Repository(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git")))
            {
                return at;
            }
        }
        return folder;
    }

    private List<(string Folder, ImmutableArray<IgnorePattern> Patterns)> Start(string root) =>
        [(root, Patterns(Path.Combine(GitData(root), "info", "exclude"), followsLink: true))];

    /// <summary>The last rule that matches decides; a deeper file before a higher one.</summary>
    private static bool IsIgnored(List<(string Folder, ImmutableArray<IgnorePattern> Patterns)> levels, string path, bool isFolder)
    {
        for (var level = levels.Count - 1; level >= 0; level--)
        {
            var (folder, patterns) = levels[level];
            if (patterns.IsEmpty)
            {
                continue;
            }
            var relative = Encoding.UTF8.GetBytes(path[folder.Length..].Replace(Path.DirectorySeparatorChar, '/').TrimStart('/'));
            for (var i = patterns.Length - 1; i >= 0; i--)
            {
                if (patterns[i].Matches(relative, isFolder))
                {
                    return !patterns[i].Negated;
                }
            }
        }
        return false;
    }

    private ImmutableArray<IgnorePattern> Patterns(string file, bool followsLink)
    {
        var info = new FileInfo(file);
        // Git does not follow a link at the place of a .gitignore.
        if (!info.Exists || (!followsLink && info.LinkTarget is not null))
        {
            return [];
        }
        var (written, length) = (info.LastWriteTimeUtc, info.Length);
        if (known.TryGetValue(file, out var entry) && (entry.Written, entry.Length) == (written, length))
        {
            return entry.Patterns;
        }
        var patterns = Parse(PlainFile.ReadBytes(file, Longest), rules.FoldsCase);
        known[file] = (written, length, patterns);
        return patterns;
    }

    internal static ImmutableArray<IgnorePattern> Parse(ReadOnlySpan<byte> text, bool foldsCase)
    {
        text = text.StartsWith("\uFEFF"u8) ? text[3..] : text;
        var patterns = ImmutableArray.CreateBuilder<IgnorePattern>();
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            line = line.EndsWith("\r"u8) && range.End.Value < text.Length ? line[..^1] : line;
            if (IgnorePattern.Parse(line, foldsCase) is { } pattern)
            {
                patterns.Add(pattern);
            }
        }
        return patterns.ToImmutable();
    }

    /// <summary>The folder with git's data: <c>.git</c>, or for a worktree and a submodule the folder that the file names.</summary>
    private static string GitData(string root)
    {
        var git = Path.Combine(root, ".git");
        if (!File.Exists(git) || Line(git) is not { } line || !line.StartsWith("gitdir:", StringComparison.Ordinal))
        {
            return git;
        }
        var own = Path.GetFullPath(line["gitdir:".Length..].Trim(), root);
        return Line(Path.Combine(own, "commondir")) is { } common ? Path.GetFullPath(common, own) : own;
    }

    private static string? Line(string file) =>
        File.Exists(file) ? Encoding.UTF8.GetString(PlainFile.ReadBytes(file, Longest)).TrimEnd('\r', '\n') : null;
}
