using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Assistant.Workspace.Files;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assistant.Workspace.Loading;

/// <summary>
/// Loads the source generators of trusted projects. Each folder of generators is a load context of its own, which can be unloaded; its
/// assemblies' dependencies are looked for beside them, and the compiler itself is ours.
/// </summary>
internal sealed class GeneratorLoader
{
    private readonly ConcurrentDictionary<(string Path, DateTime Written), Generators> known = new();

    /// <summary>
    /// The generators in an assembly; no reference if it holds none (most analyzers), a problem if they do not load: CS9057 for a newer
    /// compiler than ours, CS8032 and CS8034 for others.
    /// </summary>
    public Generators Load(string path) =>
        File.Exists(path)
            ? known.GetOrAdd((path, File.GetLastWriteTimeUtc(path)), key => LoadNew(key.Path))
            : new(null, $"{Path.GetFileName(path)} does not exist (a generator of this solution exists once it was built).");

    private static Generators LoadNew(string path)
    {
        var reference = new AnalyzerFileReference(path, new Loader(Path.GetDirectoryName(path)!));
        string? problem = null;
        reference.AnalyzerLoadFailed += (_, failure) => problem ??= failure.ErrorCode switch
        {
            // Assemblies beside the generators, their libraries, which are offered as analyzers too.
            AnalyzerLoadFailureEventArgs.FailureErrorCode.NoAnalyzers => null,
            AnalyzerLoadFailureEventArgs.FailureErrorCode.ReferencesNewerCompiler =>
                $"{Path.GetFileName(path)} needs compiler {failure.ReferencedCompilerVersion}, newer than ours (CS9057).",
            // Diagnostic analyzers for the framework or for a language that we do not load.
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
            // Dependencies are looked for beside the assembly.
        }

        public Assembly LoadFromPath(string fullPath) => context.LoadCopy(fullPath);
    }

    private sealed class Context(string folder) : AssemblyLoadContext($"generators in {folder}", isCollectible: true)
    {
        private readonly ConcurrentDictionary<string, Assembly> loaded = new(PathRules.Current.Comparer);

        /// <summary>From the bytes, so that the file stays free to be built anew.</summary>
        public Assembly LoadCopy(string path) => loaded.GetOrAdd(path, path => LoadFromStream(new MemoryStream(File.ReadAllBytes(path))));

        protected override Assembly? Load(AssemblyName name)
        {
            // What we run with comes first: a generator has to speak to our compiler's types.
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
                // A library that both use may differ in its version: only the framework and the compiler are shared.
                .Where(name => name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
                    || name.StartsWith("System.", StringComparison.Ordinal)
                    || name is "mscorlib" or "netstandard" or "System" or "Microsoft.CSharp")];
    }
}

/// <summary>What came of loading one assembly of generators.</summary>
internal sealed record Generators(AnalyzerReference? Reference, string? Problem);
