using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assistant.Basics;
using Microsoft.CodeAnalysis;

namespace Assistant.Workspace.Loading;

/// <summary>
/// The assemblies that code is bound against: one object per file and write time, so that all projects share the metadata that the
/// compiler has read.
/// </summary>
internal sealed class References
{
    private readonly ConcurrentDictionary<string, (DateTime Written, PortableExecutableReference Reference)> byPath =
        new(PathRules.Current.Comparer);

    /// <summary>Null if there is no such file.</summary>
    public PortableExecutableReference? Find(string path, MetadataReferenceProperties properties = default)
    {
        var written = File.GetLastWriteTimeUtc(path);
        // GetLastWriteTimeUtc returns the year 1601 for a file that does not exist.
        if (written.Year <= 1601)
        {
            return null;
        }
        var (_, reference) = byPath.AddOrUpdate(
            path,
            path => (written, Create(path)),
            (path, known) => known.Written == written ? known : (written, Create(path)));
        return properties.Equals(MetadataReferenceProperties.Assembly) || properties.Equals(default)
            ? reference
            : reference.WithProperties(properties);
    }

    public ImmutableArray<MetadataReference> FindAll(IEnumerable<string> paths) =>
        [.. paths.Select(path => Find(path)).OfType<MetadataReference>()];

    /// <summary>Without documentation: no feature shows it, and it would stay in memory as long as the reference.</summary>
    private static PortableExecutableReference Create(string path) => MetadataReference.CreateFromFile(path);
}
