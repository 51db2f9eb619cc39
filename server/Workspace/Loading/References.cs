using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assistant.Workspace.Files;
using Microsoft.CodeAnalysis;

namespace Assistant.Workspace.Loading;

/// <summary>
/// Assemblies that code is bound against: one object per file and moment it was written, so that all projects share what the compiler
/// has read of it.
/// </summary>
internal sealed class References
{
    private readonly ConcurrentDictionary<string, (DateTime Written, PortableExecutableReference Reference)> byPath = new(PathRules.Current.Comparer);

    /// <summary>Null if there is no such file.</summary>
    public PortableExecutableReference? Find(string path, MetadataReferenceProperties properties = default)
    {
        var written = File.GetLastWriteTimeUtc(path);
        // What GetLastWriteTimeUtc answers for a file that is not there.
        if (written.Year <= 1601)
        {
            return null;
        }
        var (_, reference) = byPath.AddOrUpdate(
            path,
            path => (written, Create(path)),
            (path, known) => known.Written == written ? known : (written, Create(path)));
        return properties.Equals(MetadataReferenceProperties.Assembly) || properties.Equals(default) ? reference : reference.WithProperties(properties);
    }

    public ImmutableArray<MetadataReference> FindAll(IEnumerable<string> paths) =>
        [.. paths.Select(path => Find(path)).OfType<MetadataReference>()];

    /// <summary>Without documentation: nobody shows it, and it would be held for as long as the reference.</summary>
    private static PortableExecutableReference Create(string path) => MetadataReference.CreateFromFile(path);
}
