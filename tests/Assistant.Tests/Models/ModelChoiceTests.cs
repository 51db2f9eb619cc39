using Assistant.Families;
using Assistant.Models.Catalogs;
using Assistant.Models.Routing;
using Assistant.Settings;

namespace Assistant.Tests.Models;

/// <summary>Catalogs in a line each: <c>endpoint kind: id* id …</c>, a star after what is loaded, a tilde after what is loading.</summary>
public sealed class ModelChoiceTests
{
    [Theory]
    [InlineData("here LmStudio: qwen2.5-coder-7b*", "here/qwen2.5-coder-7b")]
    [InlineData("here LmStudio: qwen2.5-coder-7b", "NotLoaded")]
    [InlineData("here LmStudio: text-embedding-nomic*", "NoModel")]
    [InlineData("here LmStudio: text-embedding-nomic* qwen2.5-coder-7b", "NotLoaded")]
    [InlineData("here LmStudio:", "NoModel")]
    [InlineData("here LmStudio: gpt-oss-20b* qwen2.5-coder-7b*", "here/qwen2.5-coder-7b")]
    [InlineData("here LmStudio: gpt-oss-20b* qwen2.5-coder-7b", "here/gpt-oss-20b")]
    [InlineData("here LmStudio: deepseek-r1*", "NoModel")]
    [InlineData("here LmStudio: gpt-oss-20b*; there LlamaCpp: starcoder2*", "there/starcoder2")]
    [InlineData("here LmStudio: codestral*; there LlamaCpp: starcoder2*", "here/codestral")]
    [InlineData("here LlamaCpp: coder-a~ coder-b", "Loading")]
    [InlineData("here Mlx: default_model* qwen2.5-coder-7b", "here/default_model")]
    [InlineData("here Ollama:", "NoModel")]
    [InlineData("here Ollama: qwen2.5-coder:7b", "NotLoaded")]
    [InlineData("here Ollama: qwen2.5-coder:7b*", "here/qwen2.5-coder:7b")]
    [InlineData("here Vllm: Qwen/Qwen2.5-Coder-7B*", "here/Qwen/Qwen2.5-Coder-7B")]
    [InlineData("", "NoEndpoint")]
    public void Nothing_is_named(string served, string expected) => Check(served, null, [], expected);

    [Theory]
    [InlineData("here LmStudio: gpt-oss-20b* qwen2.5-coder-7b*", "gpt-oss", "here/gpt-oss-20b")]
    [InlineData("here LmStudio: gpt-oss-20b qwen2.5-coder-7b*", "gpt-oss", "here/qwen2.5-coder-7b")]
    [InlineData("here LmStudio: qwen2.5-coder-7b* codestral*", "mellum, codestral", "here/codestral")]
    public void Preferred_is_what_is_loaded(string served, string preferred, string expected) => Check(served, null, preferred.Split(", "), expected);

    [Theory]
    [InlineData("here LmStudio: qwen2.5-coder-7b* codestral", "codestral", "here/codestral")]
    [InlineData("here LmStudio: qwen2.5-coder-7b*", "codestral", "NoModel")]
    [InlineData("here LmStudio: qwen/qwen2.5-coder-7b", "Qwen2.5-Coder-7B", "here/qwen/qwen2.5-coder-7b")]
    [InlineData("here LmStudio: codestral; there LlamaCpp: codestral*", "codestral", "there/codestral")]
    [InlineData("here Mlx: default_model*", "mlx-community/Qwen2.5-Coder-7B-4bit", "here/mlx-community/Qwen2.5-Coder-7B-4bit")]
    [InlineData("here LmStudio: text-embedding-nomic*", "text-embedding-nomic", "NoModel")]
    [InlineData("", "codestral", "NoEndpoint")]
    public void A_named_model_is_taken_loaded_or_not(string served, string named, string expected) => Check(served, named, [], expected);

    private static void Check(string served, string? named, string[] preferred, string expected)
    {
        var chosen = ModelChoice.Choose(
            [.. served.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(Parse)],
            AssistantSettings.Defaults.Completion with { Model = named, PreferredModels = preferred });
        Assert.Equal(expected, chosen.Route is { } route ? $"{route.Endpoint.Name}/{route.ModelId}" : $"{chosen.State}");
        Assert.Equal(chosen.Route is null, chosen.Remedy.Length > 0);
    }

    private static (EndpointSettings, Catalog) Parse(string line)
    {
        var (head, models) = (line.Split(':')[0].Split(' '), line[(line.IndexOf(':') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return (
            EndpointSettings.At(head[0], new Uri("http://127.0.0.1:1")),
            new Catalog(Enum.Parse<EndpointKind>(head[1]), [.. models.Select(Model)], LoadsOnDemand: false));

        static CatalogModel Model(string text)
        {
            var id = text.TrimEnd('*', '~');
            return new CatalogEntry(id) { State = text.EndsWith('*') ? LoadState.Loaded : text.EndsWith('~') ? LoadState.Loading : LoadState.NotLoaded }.Build(FamilyTable.BuiltIn);
        }
    }
}
