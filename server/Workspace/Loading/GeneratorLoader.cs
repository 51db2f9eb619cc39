using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Assistant.Basics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assistant.Workspace.Loading;

/// <summary>
/// Loads the source generators of trusted projects. Each folder of generators gets its own collectible load context. Dependencies are
/// resolved from the same folder, except the compiler and the framework, which are those of this process.
/// </summary>
internal sealed class GeneratorLoader
{
    private readonly ConcurrentDictionary<(string Path, DateTime Written), Generators> known = new();

    /// <summary>
    /// The generators in an assembly: no reference if it contains none (most analyzers), a problem if they do not load. CS9057 means that
    /// it needs a newer compiler; CS8032 and CS8034 are other failures.
    /// </summary>
    public Generators Load(string path) =>
        File.Exists(path)
            ? known.GetOrAdd((path, File.GetLastWriteTimeUtc(path)), key => LoadNew(key.Path))
            : new(null, $"{Path.GetFileName(path)} does not exist. A generator of this solution must be built first.");

    private static Generators LoadNew(string path)
    {
        var reference = new AnalyzerFileReference(path, new Loader(Path.GetDirectoryName(path)!));
        string? problem = null;
        reference.AnalyzerLoadFailed += (_, failure) => problem ??= failure.ErrorCode switch
        {
            // Libraries of generators lie beside them and are passed as analyzers too.
            AnalyzerLoadFailureEventArgs.FailureErrorCode.NoAnalyzers => null,
            AnalyzerLoadFailureEventArgs.FailureErrorCode.ReferencesNewerCompiler =>
                $"{Path.GetFileName(path)} needs compiler {failure.ReferencedCompilerVersion}, which is newer than the server's (CS9057).",
            // Diagnostic analyzers for .NET Framework or for another language.
            AnalyzerLoadFailureEventArgs.FailureErrorCode.ReferencesFramework => $"{Path.GetFileName(path)} needs .NET Framework (CS8850).",
            _ => $"{Path.GetFileName(path)} does not load: {failure.Message}",
        };
        var generators = reference.GetGenerators(LanguageNames.CSharp);
        return new(generators.IsEmpty ? null : reference, problem);
    }

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        // Generators of one package lie in one folder and share their libraries.
        private static readonly ConcurrentDictionary<string, Context> Contexts = new(PathRules.Current.Comparer);

        private readonly Context context;

        public Loader(string folder) => context = Contexts.GetOrAdd(folder, folder => new(folder));

        public void AddDependencyLocation(string fullPath)
        {
            // Dependencies are resolved from the assembly's folder.
        }

        public Assembly LoadFromPath(string fullPath) => context.LoadCopy(fullPath);
    }

    private sealed class Context(string folder) : AssemblyLoadContext($"generators in {folder}", isCollectible: true)
    {
        private readonly ConcurrentDictionary<string, Assembly> loaded = new(PathRules.Current.Comparer);

        /// <summary>Loads from memory, so that a build can overwrite the file.</summary>
        public Assembly LoadCopy(string path) => loaded.GetOrAdd(path, path => LoadFromStream(new MemoryStream(File.ReadAllBytes(path))));

        protected override Assembly? Load(AssemblyName name)
        {
            // A generator must use the compiler's types of this process.
            if (IsOurs(name))
            {
                return null;
            }
            var beside = Path.Combine(folder, $"{name.Name}.dll");
            return File.Exists(beside) ? LoadCopy(beside) : null;
        }

        private static bool IsOurs(AssemblyName name) => Ours.Contains(name.Name ?? "");

        private static readonly ImmutableHashSet<string> Ours =
            [.. ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(path => Path.GetFileNameWithoutExtension(path))
                // Other libraries may differ in version, so only the framework and the compiler are shared.
                .Where(name => name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
                    || name.StartsWith("System.", StringComparison.Ordinal)
                    || name is "mscorlib" or "netstandard" or "System" or "Microsoft.CSharp")];
    }
}

/// <summary>The result of loading one assembly: its generators, or the reason why they do not load.</summary>
internal sealed record Generators(AnalyzerReference? Reference, string? Problem);
