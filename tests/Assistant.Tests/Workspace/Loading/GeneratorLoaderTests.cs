using System.Runtime.Loader;
using Assistant.Workspace.Loading;
using Microsoft.CodeAnalysis;

namespace Assistant.Tests.Workspace.Loading;

public sealed class GeneratorLoaderTests
{
    [Fact]
    public void A_generator_loads_into_a_context_of_its_own_and_its_file_stays_free()
    {
        using var folder = new WorkspaceFolder();
        var path = folder.At("g/Gen.dll");
        GeneratorAssembly.Write(path, "Generated", "Gen.dll");
        var (reference, problem) = new GeneratorLoader().Load(path);
        Assert.Null(problem);
        var generator = Assert.Single(reference!.GetGenerators(LanguageNames.CSharp)).GetGeneratorType();
        var context = AssemblyLoadContext.GetLoadContext(generator.Assembly)!;
        Assert.True(context.IsCollectible);
        Assert.NotEqual(AssemblyLoadContext.Default, context);
        File.Delete(path);
    }

    [Fact]
    public void A_generator_for_a_newer_compiler_is_a_problem()
    {
        using var folder = new WorkspaceFolder();
        GeneratorAssembly.WriteForNewerCompiler(folder.At("Newer.dll"));
        var (reference, problem) = new GeneratorLoader().Load(folder.At("Newer.dll"));
        Assert.Null(reference);
        Assert.Equal("Newer.dll needs compiler 99.0.0.0, which is newer than the server's (CS9057).", problem);
    }

    [Theory]
    [InlineData("not an assembly")]
    [InlineData("")]
    public void A_damaged_generator_is_a_problem(string content)
    {
        using var folder = new WorkspaceFolder();
        var (reference, problem) = new GeneratorLoader().Load(folder.Write("Broken.dll", content));
        Assert.Null(reference);
        Assert.StartsWith("Broken.dll does not load", problem);
    }

    [Fact]
    public void A_missing_generator_is_a_problem() =>
        Assert.StartsWith("Gone.dll does not exist", new GeneratorLoader().Load(Path.Combine(Path.GetTempPath(), "Gone.dll")).Problem);

    [Fact]
    public void A_library_without_generators_is_no_problem() =>
        Assert.Equal(new Generators(null, null), new GeneratorLoader().Load(typeof(object).Assembly.Location));
}
