using Assistant.Families;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Routing;
using Assistant.Routing.Selection;
using Assistant.Settings;
using Assistant.Usage;

namespace Assistant.Tests.Routing.Selection;

/// <summary>
/// Each catalog is a text, <c>endpoint kind: id* id …</c>. A star follows a loaded model, a tilde a model that is loading. After an
/// endpoint, one exclamation mark means remote, two mean remote and allowed by the user, and <c>+2</c> is its priority.
/// </summary>
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
    [InlineData("here LmStudio: codestral*; there+2 LlamaCpp: codestral*", "there/codestral")]
    [InlineData("here LlamaCpp: coder-a~ coder-b", "Loading")]
    [InlineData("here Mlx: default_model* qwen2.5-coder-7b", "here/default_model")]
    [InlineData("here Ollama:", "NoModel")]
    [InlineData("here Ollama: qwen2.5-coder:7b", "NotLoaded")]
    [InlineData("here Ollama: qwen2.5-coder:7b*", "here/qwen2.5-coder:7b")]
    [InlineData("here Vllm: Qwen/Qwen2.5-Coder-7B*", "here/Qwen/Qwen2.5-Coder-7B")]
    [InlineData("", "NoEndpoint")]
    public void Without_a_named_model_a_loaded_one_is_chosen(string served, string expected) => Check(served, expected);

    [Theory]
    [InlineData("here LmStudio: gpt-oss-20b* qwen2.5-coder-7b*", "gpt-oss", "here/gpt-oss-20b")]
    [InlineData("here LmStudio: gpt-oss-20b qwen2.5-coder-7b*", "gpt-oss", "here/qwen2.5-coder-7b")]
    [InlineData("here LmStudio: qwen2.5-coder-7b* codestral*", "mellum, codestral", "here/codestral")]
    public void A_preferred_model_is_chosen_only_if_loaded(string served, string preferred, string expected) =>
        Check(served, expected, preferred: preferred);

    [Theory]
    [InlineData("here LmStudio: qwen2.5-coder-7b* codestral", "codestral", "here/codestral")]
    [InlineData("here LmStudio: qwen2.5-coder-7b*", "codestral", "NoModel")]
    [InlineData("here LmStudio: qwen/qwen2.5-coder-7b", "Qwen2.5-Coder-7B", "here/qwen/qwen2.5-coder-7b")]
    [InlineData("here LmStudio: codestral; there LlamaCpp: codestral*", "codestral", "there/codestral")]
    [InlineData("here Mlx: default_model*", "mlx-community/Qwen2.5-Coder-7B-4bit", "here/mlx-community/Qwen2.5-Coder-7B-4bit")]
    [InlineData("here LmStudio: text-embedding-nomic*", "text-embedding-nomic", "NoModel")]
    [InlineData("", "codestral", "NoEndpoint")]
    public void A_named_model_is_chosen_loaded_or_not(string served, string named, string expected) =>
        Check(served, expected, named: named);

    [Theory]
    [InlineData(ModelTask.ChatCoding, "here LmStudio: qwen2.5-coder-1.5b* qwen3-coder-30b*", "here/qwen3-coder-30b")]
    [InlineData(ModelTask.ChatGeneral, "here LmStudio: starcoder2*", "NoModel")]
    [InlineData(ModelTask.Explain, "here LmStudio: starcoder2* gpt-oss-20b", "NotLoaded")]
    [InlineData(ModelTask.Review, "here LmStudio: deepseek-r1*", "here/deepseek-r1")]
    [InlineData(ModelTask.Embed, "here LmStudio: qwen2.5-coder-7b* text-embedding-nomic*", "here/text-embedding-nomic")]
    [InlineData(ModelTask.Embed, "here LmStudio: qwen2.5-coder-7b* text-embedding-nomic", "NotLoaded")]
    [InlineData(ModelTask.Embed, "here Mlx: default_model*", "NoModel")]
    [InlineData(ModelTask.CommitMessage, "", "NoEndpoint")]
    public void Each_task_needs_its_abilities(ModelTask task, string served, string expected) =>
        Check(served, expected, task: task);

    [Theory]
    [InlineData("here LmStudio: qwen3-coder-30b* gpt-oss-20b*", "gpt-oss", "here/gpt-oss-20b")]
    [InlineData("here LmStudio: qwen3-coder-30b* gpt-oss-20b", "gpt-oss", "here/qwen3-coder-30b")]
    public void Each_task_has_its_own_preferences(string served, string preferred, string expected)
    {
        var preferences = new Dictionary<string, IReadOnlyList<string>> { ["chatCoding"] = [preferred] };
        var defaults = AssistantSettings.Defaults;
        var settings = defaults with { Models = defaults.Models with { Preferences = preferences } };
        Check(served, expected, task: ModelTask.ChatCoding, settings: settings);
        Check(served, "here/qwen3-coder-30b", task: ModelTask.ChatGeneral, settings: settings);
    }

    [Fact]
    public void A_model_with_native_tool_calls_is_preferred_to_a_larger_one() =>
        Check("here LmStudio: codestral-22b* qwen3-4b*", "here/qwen3-4b", new RouteRequest(ModelTask.ChatCoding, Tools: true));

    [Fact]
    public void A_model_with_too_small_a_context_ranks_last()
    {
        const string Two = "here LmStudio: qwen2.5-coder-14b-4k* qwen2.5-coder-7b*";
        Check(Two, "here/qwen2.5-coder-14b-4k", new RouteRequest(ModelTask.ChatCoding, PromptTokens: 4_000));
        Check(Two, "here/qwen2.5-coder-7b", new RouteRequest(ModelTask.ChatCoding, PromptTokens: 6_000));
        // No context fits: the largest one is chosen, and the caller shortens the prompt.
        Check(Two, "here/qwen2.5-coder-7b", new RouteRequest(ModelTask.ChatCoding, PromptTokens: 60_000));
    }

    [Fact]
    public void A_remote_endpoint_is_used_only_if_the_user_allows_it()
    {
        Check("cloud! OpenAi: codestral*", "NoModel");
        Check("cloud! OpenAi: codestral*", "NoModel", named: "codestral");
        Check("cloud!! OpenAi: codestral*", "cloud/codestral");
        Check("cloud!! OpenAi: codestral*; here LmStudio: codestral*", "here/codestral");
    }

    [Fact]
    public void The_instance_that_has_read_the_document_ranks_first_then_the_one_with_the_least_load()
    {
        const string Two = "here LmStudio: codestral*; there LlamaCpp: codestral*";
        var request = new RouteRequest(ModelTask.Completion, Document: "a.cs");
        Func<ModelRoute, int> load = route => route.Endpoint.Name == "here" ? 1 : 0;
        Check(Two, "there/codestral", load: load);
        Check(Two, "here/codestral", request, load: load, readAt: "here");
        Check(Two, "there/codestral", request, readAt: "there");
    }

    [Fact]
    public void A_model_that_fails_often_is_slow_or_is_seldom_kept_ranks_last()
    {
        const string Two = "here LmStudio: codestral* starcoder2*";
        Check(Two, "here/starcoder2", tracks: ("codestral", new ModelTrack(50, 80, FailedShare: 0.5, null)));
        Check(Two, "here/starcoder2", tracks: ("codestral", new ModelTrack(50, 5_000, 0, null)));
        Check(Two, "here/starcoder2", tracks: ("codestral", new ModelTrack(50, 80, 0, KeptShare: 0.05)));
        Check(Two, "here/starcoder2", tracks: ("starcoder2", new ModelTrack(50, 80, 0, KeptShare: 0.5)));
        // Too few requests for a judgement.
        Check(Two, "here/codestral", tracks: ("codestral", new ModelTrack(3, 5_000, 1, 0)));
    }

    [Fact]
    public void A_model_in_doubt_ranks_last()
    {
        var chosen = Choose(
            "here LmStudio: codestral*; there LlamaCpp: codestral*", new RouteRequest(ModelTask.Completion), inDoubt: "here");
        Assert.Equal(["there", "here"], chosen.Usable.Select(route => route.Endpoint.Name));
    }

    [Fact]
    public void A_route_that_has_failed_for_the_request_is_left_out()
    {
        var first = Usable([])[0];
        var second = Usable([first])[0];
        Assert.Equal(("codestral", "starcoder2"), (first.ModelId, second.ModelId));
        Assert.Empty(Usable([first, second]));

        static IReadOnlyList<ModelRoute> Usable(ModelRoute[] failed) =>
            Choose("here LmStudio: codestral* starcoder2*", new RouteRequest(ModelTask.Completion, Except: failed)).Usable;
    }

    [Fact]
    public void Each_model_has_a_line_with_reasons_the_chosen_one_first()
    {
        var chosen = Choose(
            "here LmStudio: gpt-oss-20b* codestral* starcoder2 text-embedding-nomic*; cloud! OpenAi: gpt*",
            new RouteRequest(ModelTask.Completion),
            load: route => route.ModelId == "codestral" ? 1 : 0,
            tracks: ("codestral", new ModelTrack(50, 80, 0, 0.4)));
        Assert.Equal(
            [
                "1. codestral at here: loaded, fills holes, first token in 80 ms, 40 % kept, 1 of 1 at work or waiting",
                "2. gpt-oss-20b at here: loaded, fills holes by chat only",
                "-  starcoder2 at here: not loaded",
                "-  text-embedding-nomic at here: makes vectors only",
                "-  gpt at cloud: is not on this machine, and privacy.allowRemote does not name cloud",
            ],
            chosen.Why);
    }

    private static void Check(
        string served,
        string expected,
        RouteRequest? request = null,
        string? named = null,
        string? preferred = null,
        ModelTask task = ModelTask.Completion,
        AssistantSettings? settings = null,
        Func<ModelRoute, int>? load = null,
        string? readAt = null,
        (string Model, ModelTrack Track)? tracks = null)
    {
        settings ??= AssistantSettings.Defaults;
        var completion = settings.Completion with { Model = named, PreferredModels = preferred?.Split(", ") ?? [] };
        settings = settings with { Completion = completion };
        var chosen = Choose(served, request ?? new RouteRequest(task), settings, load, readAt, tracks);
        Assert.Equal(expected, chosen.Usable is [var route, ..] ? $"{route.Endpoint.Name}/{route.ModelId}" : $"{chosen.State}");
        Assert.Equal(chosen.Usable.Count == 0, chosen.Remedy.Length > 0);
    }

    private static Chosen Choose(
        string served,
        RouteRequest request,
        AssistantSettings? settings = null,
        Func<ModelRoute, int>? load = null,
        string? readAt = null,
        (string Model, ModelTrack Track)? tracks = null,
        string? inDoubt = null) =>
        ModelChoice.Choose(
            [.. served.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(Parse)],
            request,
            new RoutingRules(
                settings ?? AssistantSettings.Defaults,
                route => tracks is var (model, track) && model == route.ModelId ? track : null,
                load ?? (_ => 0),
                route => load?.Invoke(route) > 0,
                (route, _) => route.Endpoint.Name == readAt,
                route => route.Endpoint.Name == inDoubt));

    private static EndpointCatalog Parse(string line)
    {
        var head = line.Split(':')[0].Split(' ');
        var models = line[(line.IndexOf(':') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = head[0].Split('!', '+');
        var endpoint = EndpointSettings.At(name[0], new Uri("http://127.0.0.1:1")) with
        {
            Local = !head[0].Contains('!'),
            RemoteAllowed = head[0].Contains("!!"),
            Priority = head[0].Contains('+') ? int.Parse(name[1]) : 0,
        };
        return new(endpoint, new Catalog(Enum.Parse<EndpointKind>(head[1]), [.. models.Select(Model)], LoadsOnDemand: false));

        static CatalogModel Model(string text)
        {
            var id = text.TrimEnd('*', '~');
            return new CatalogEntry(id)
            {
                State = text.EndsWith('*') ? LoadState.Loaded : text.EndsWith('~') ? LoadState.Loading : LoadState.NotLoaded,
                LoadedContextTokens = id.EndsWith("4k") ? 4_096 : null,
            }.Build(FamilyTable.BuiltIn);
        }
    }
}
