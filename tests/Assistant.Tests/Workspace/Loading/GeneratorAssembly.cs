using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assistant.Tests.Workspace.Loading;

/// <summary>Compiles a small source generator, as a package or a project of a solution would bring one.</summary>
internal static class GeneratorAssembly
{
    private static readonly Lazy<MetadataReference[]> Runtime = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "Microsoft.CodeAnalysis.dll"))
            .Select(path => MetadataReference.CreateFromFile(path))]);

    /// <summary>A generator that adds a class with <c>Text</c>, whose value comes from a library beside the generator.</summary>
    public static void Write(string path, string className, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var library = Path.Combine(Path.GetDirectoryName(path)!, "Words.dll");
        Emit("Words", "public static class Words { public static string Text => \"hello\"; }", Runtime.Value, library);
        Emit(Path.GetFileNameWithoutExtension(name), $$"""
            using Microsoft.CodeAnalysis;

            [Generator]
            public sealed class Generates : IIncrementalGenerator
            {
                public void Initialize(IncrementalGeneratorInitializationContext context) =>
                    context.RegisterPostInitializationOutput(output => output.AddSource(
                        "{{className}}.g.cs",
                        "internal static class {{className}} { public const string Text = \"" + Words.Text + "\"; }"));
            }
            """, [.. Runtime.Value, MetadataReference.CreateFromFile(library)], path);
    }

    /// <summary>A generator that was compiled against Roslyn 99.</summary>
    public static void WriteForNewerCompiler(string path)
    {
        var others = Runtime.Value
            .Where(reference => !reference.Display!.EndsWith("Microsoft.CodeAnalysis.dll", StringComparison.Ordinal))
            .ToList();
        var roslyn = CSharpCompilation.Create(
            "Microsoft.CodeAnalysis",
            [CSharpSyntaxTree.ParseText("""
                [assembly: System.Reflection.AssemblyVersion("99.0.0.0")]
                namespace Microsoft.CodeAnalysis;

                public sealed class GeneratorAttribute : System.Attribute { }
                public interface IIncrementalGenerator { }
                """)],
            others,
            new(OutputKind.DynamicallyLinkedLibrary));
        Emit("Newer", """
            [Microsoft.CodeAnalysis.Generator]
            public sealed class Generates : Microsoft.CodeAnalysis.IIncrementalGenerator { }
            """, [.. others, roslyn.ToMetadataReference()], path);
    }

    private static void Emit(string name, string source, IEnumerable<MetadataReference> references, string path)
    {
        var result = CSharpCompilation
            .Create(name, [CSharpSyntaxTree.ParseText(source)], references, new(OutputKind.DynamicallyLinkedLibrary))
            .Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
    }
}
