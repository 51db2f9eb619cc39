using System.Collections.Immutable;
using Assistant.Basics;
using Assistant.Settings;
using Microsoft.Extensions.FileSystemGlobbing;

namespace Assistant.FileAccess;

/// <summary>
/// Decides which files may be shown to a model and which may be written. Immutable: new settings and other workspace folders make a new
/// one. A check looks at the disk (links, ignore files), so that it belongs beside the loop, not into it.
/// </summary>
public sealed class FileAccessPolicy
{
    private static readonly string[] NotSource = ["obj", "bin", ".git", ".vs", ".hg", ".svn"];

    private readonly IReadOnlyList<string> excludedFiles;
    private readonly ImmutableArray<string> folders;
    private readonly ImmutableArray<string> linkedFiles;
    private readonly IgnoreFiles ignoreFiles;
    private readonly Matcher excluded = new(StringComparison.OrdinalIgnoreCase);
    private readonly Lazy<ImmutableArray<string>> realFolders;
    private readonly Lazy<ImmutableHashSet<string>> realLinkedFiles;

    private FileAccessPolicy(
        IReadOnlyList<string> excludedFiles, ImmutableArray<string> folders, ImmutableArray<string> linkedFiles, IgnoreFiles ignoreFiles)
    {
        this.excludedFiles = excludedFiles;
        this.folders = folders;
        this.linkedFiles = linkedFiles;
        this.ignoreFiles = ignoreFiles;
        excluded.AddIncludePatterns(excludedFiles);
        realFolders = new(() => [.. folders.Select(RealPath.Of).OfType<string>()]);
        // A link in the workspace is not named by the solution: globs take it up.
        realLinkedFiles = new(() => linkedFiles
            .Where(path => HolderOf(folders, path) is null)
            .Select(RealPath.Of)
            .OfType<string>()
            .ToImmutableHashSet(Rules.Comparer));
    }

    private static PathRules Rules => PathRules.Current;

    /// <param name="folders">The workspace folders' full paths.</param>
    public static FileAccessPolicy Of(AssistantSettings settings, IEnumerable<string> folders) =>
        new(settings.Completion.ExcludedFiles, Plain(folders), linkedFiles: [], new IgnoreFiles(Rules));

    /// <summary>The policy under other settings or for other folders. It keeps the ignore files that were read.</summary>
    public FileAccessPolicy With(AssistantSettings settings, IEnumerable<string> folders) =>
        new(settings.Completion.ExcludedFiles, Plain(folders), linkedFiles, ignoreFiles);

    /// <summary>The policy for a solution that names files outside of the workspace folders: they are allowed as context.</summary>
    /// <param name="paths">Full paths of source files of projects; those in the workspace change nothing.</param>
    public FileAccessPolicy WithLinkedFiles(IEnumerable<string> paths) => new(excludedFiles, folders, [.. paths], ignoreFiles);

    /// <param name="path">A full path, or for <see cref="FileUse.OpenDocument"/> the URI of a document that is no file.</param>
    public FileVerdict Check(string path, FileUse use)
    {
        if (IsUri(path))
        {
            return use == FileUse.OpenDocument
                ? CheckNames([PathOf(path)], path, use) ?? FileVerdict.Allow(path)
                : FileVerdict.Deny(path, FileDenial.NotAFile, $"{path} is not a file on this machine.");
        }
        if (PathSpelling.Problem(path, Rules, trusted: HolderOf(folders, path)?.Length ?? 0) is { } problem)
        {
            return FileVerdict.Deny(path, FileDenial.UnsafePath, $"{path} {problem}. Name the file by its full, plain path.");
        }
        var full = Path.GetFullPath(path);
        var real = RealPath.Of(full);
        if (real is null && use != FileUse.OpenDocument)
        {
            return FileVerdict.Deny(full, FileDenial.Link, $"{path} is a link that leads back to itself. Remove the link.");
        }
        real ??= full;
        return CheckNames(real == full ? [full] : [full, real], real, use)
            ?? (use == FileUse.OpenDocument ? FileVerdict.Allow(real) : CheckPlace(full, real, use));
    }

    /// <summary>Admits a text that the caller has: an open document, or a document of the solution.</summary>
    /// <param name="path">The file that the text is of; see <see cref="Check"/>.</param>
    public Admission<TText> Admit<TText>(string path, TText text, FileUse use)
        where TText : notnull => Admitted<TText>.Ask(this, path, text, use);

    /// <summary>Reads a file for a prompt.</summary>
    public Admission<string> Read(string path)
    {
        var verdict = Check(path, FileUse.Context);
        if (!verdict.Allowed)
        {
            return new(verdict, Text: null);
        }
        try
        {
            var text = PlainFile.ReadText(verdict.Path);
            if (text.Contains('\0'))
            {
                return Denied(FileDenial.NotText, $"{path} is not a text file.");
            }
            // A link that was laid while the file was read leads elsewhere now.
            var admission = Admit(path, text, FileUse.Context);
            return !admission.Verdict.Allowed || Rules.Comparer.Equals(admission.Verdict.Path, verdict.Path)
                ? admission
                : Denied(FileDenial.Link, $"{path} changed to another file while it was read. Ask again.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Denied(FileDenial.Unreadable, $"{path} cannot be read: {exception.Message}");
        }

        Admission<string> Denied(FileDenial denial, string message) => new(FileVerdict.Deny(verdict.Path, denial, message), Text: null);
    }

    /// <summary>The rules about names; a link must pass with its own name and with that of its target.</summary>
    private FileVerdict? CheckNames(ReadOnlySpan<string> spellings, string real, FileUse use)
    {
        foreach (var spelling in spellings)
        {
            if (IsExcluded(spelling))
            {
                return FileVerdict.Deny(real, FileDenial.Excluded, "The file is excluded (assistant.completion.excludedFiles).");
            }
            // Code that the user edits is no secret, whatever its name.
            if (use == FileUse.OpenDocument && IsCSharp(spelling))
            {
                continue;
            }
            var names = NamesBelowFolder(spelling);
            if (SecretFiles.IsSecretName(names[^1]) || names.Any(SecretFiles.IsSecretFolder) || SecretFiles.HoldsCredentials(spelling))
            {
                return FileVerdict.Deny(real, FileDenial.Secret,
                    $"{names[^1]} is a kind of file that holds secrets, so no model is shown it and no tool writes it. "
                    + "Put text without secrets that a model needs into a file with another name.");
            }
            // A file may be called bin or obj; no file of a project is called .git.
            if (names.Where((name, at) => at < names.Length - 1 || name.StartsWith('.')).FirstOrDefault(IsNotSource) is { } name)
            {
                return FileVerdict.Deny(real, FileDenial.NotSource,
                    $"{spelling} is build output or data of another program ({name}), which no model is shown and no tool writes. "
                    + "Use the source files.");
            }
        }
        return null;
    }

    /// <summary>The rules about the place of a file that is not the open document.</summary>
    private FileVerdict CheckPlace(string full, string real, FileUse use)
    {
        if (Directory.Exists(real))
        {
            return FileVerdict.Deny(real, FileDenial.NotAFile, $"{full} is a folder. Name a file.");
        }
        if (HolderOf(realFolders.Value, real) is not { } folder)
        {
            if (use == FileUse.Context && realLinkedFiles.Value.Contains(real))
            {
                return FileVerdict.Allow(real);
            }
            return HolderOf(folders, full) is not null
                ? FileVerdict.Deny(real, FileDenial.Link,
                    $"{full} leads by a link to {real}, outside of the workspace. Add that file's folder to the workspace to use it.")
                : FileVerdict.Deny(real, FileDenial.OutsideWorkspace,
                    $"{full} lies outside of the workspace. Add its folder to the workspace to use it.");
        }
        try
        {
            return ignoreFiles.Ignores(folder, real)
                ? FileVerdict.Deny(real, FileDenial.Ignored,
                    $"Git ignores {full}. Change the rule in .gitignore or .git/info/exclude to use the file.")
                : FileVerdict.Allow(real);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return FileVerdict.Deny(real, FileDenial.Unreadable,
                $"An ignore file that decides about {full} cannot be read: {exception.Message}");
        }
    }

    /// <summary>Globs are meant from the workspace folder that holds the file, or, outside of all, from the file's own.</summary>
    private bool IsExcluded(string path)
    {
        if (excludedFiles.Count == 0)
        {
            return false;
        }
        var holders = Folders().Where(folder => Rules.Holds(folder, path)).ToList();
        if (holders.Count == 0)
        {
            holders.Add(Path.GetDirectoryName(path) ?? "/");
        }
        // The matcher compares the folder letter by letter, also where the system folds the case.
        return holders.Any(folder => excluded.Match(folder, folder + path[folder.Length..]).HasMatches);
    }

    private static ImmutableArray<string> Plain(IEnumerable<string> folders) => [.. folders.Select(Path.TrimEndingDirectorySeparator)];

    private IEnumerable<string> Folders() => folders.Concat(realFolders.Value).Distinct();

    /// <summary>The names from the workspace folder down; all of them for a file outside.</summary>
    private string[] NamesBelowFolder(string path) =>
        path[(Folders().Where(folder => Rules.Holds(folder, path)).Select(folder => folder.Length).DefaultIfEmpty(0).Max())..]
            .Split([Rules.Separator, '/'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } names ? names : [""];

    private static string? HolderOf(IEnumerable<string> folders, string path) =>
        folders.Where(folder => Rules.Holds(folder, path)).MaxBy(folder => folder.Length);

    private static bool IsNotSource(string folder) => NotSource.Contains(folder, StringComparer.OrdinalIgnoreCase);

    private static bool IsCSharp(string path) => Path.GetExtension(path.AsSpan()).Equals(".cs", StringComparison.OrdinalIgnoreCase)
        || Path.GetExtension(path.AsSpan()).Equals(".csx", StringComparison.OrdinalIgnoreCase);

    // A scheme has two letters or more, a drive one.
    private static bool IsUri(string path) => path.IndexOf(':') is > 1 and var colon && path.AsSpan(0, colon).IndexOfAny('/', '\\') < 0;

    private static string PathOf(string uri)
    {
        var path = Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
            ? Uri.UnescapeDataString(parsed.AbsolutePath)
            : uri[(uri.IndexOf(':') + 1)..];
        return "/" + path.TrimStart('/');
    }
}
