using Assistant.Families;
using Assistant.ModelServers.Catalogs;
using Assistant.Settings;

namespace Assistant.Tests.ModelServers.Catalogs;

/// <summary>
/// Input: replies. Output, one line for each model: <c>id: family type state loaded/max quantization slots abilities</c>.
/// </summary>
public sealed class CatalogReaderTests
{
    [Fact]
    public Task LM_Studio_0_4_reports_every_fact() => Check(
        """
        GET /v1/models [X-Powered-By=Express] => {"data":[{"id":"qwen/qwen3-coder-30b","object":"model",
            "owned_by":"organization_owner"}],"object":"list"}
        GET /api/v1/models [X-Powered-By=Express] => {"models":[{"type":"llm","publisher":"qwen","key":"qwen/qwen3-coder-30b",
            "quantization":{"name":"Q4_K_M","bits_per_weight":4},"loaded_instances":[{"id":"mine","config":{"context_length":16384,
            "parallel":4}},{"id":"mine:2","config":{"context_length":4096}}],"max_context_length":262144,"format":"gguf","capabilities":
            {"vision":false,"trained_for_tool_use":true}},{"type":"llm","key":"my-tuned-model","loaded_instances":[],
            "max_context_length":8192,"capabilities":{"vision":true,"trained_for_tool_use":false,"reasoning":{"allowed_options":["off",
            "on"],"default":"on"}}},{"type":"embedding","key":"text-embedding-nomic-embed-text-v1.5","loaded_instances":[],
            "max_context_length":2048}]}
        """,
        EndpointKind.LmStudio,
        """
        mine (qwen/qwen3-coder-30b): qwen3-coder Llm Loaded 16384/262144 Q4_K_M 4 Chat, Tools, Fim, Schema
        mine:2 (qwen/qwen3-coder-30b): qwen3-coder Llm Loaded 4096/262144 Q4_K_M - Chat, Tools, Fim, Schema
        my-tuned-model: unknown Vlm NotLoaded -/8192 - - Chat, Reasoning, Vision, Schema
        text-embedding-nomic-embed-text-v1.5: embedding Embedding NotLoaded -/2048 - - Embeddings
        """);

    [Fact]
    public Task LM_Studio_0_3_reports_load_states() => Check(
        """
        GET /v1/models [X-Powered-By=Express] => {"data":[{"id":"codestral-22b-v0.1","object":"model",
            "owned_by":"organization_owner"}],"object":"list"}
        GET /api/v1/models [X-Powered-By=Express] => {"error":"Unexpected endpoint or method. (GET /api/v1/models)"}
        GET /api/v0/models [X-Powered-By=Express] => {"object":"list","data":[{"id":"codestral-22b-v0.1","type":"llm","arch":"llama",
            "quantization":"Q4_K_M","state":"loaded","max_context_length":32768,"loaded_context_length":4096},
            {"id":"qwen2-vl-7b-instruct","type":"vlm","quantization":"4bit","state":"not-loaded","max_context_length":32768,
            "capabilities":["tool_use"]},{"id":"text-embedding-nomic-embed-text-v1.5","type":"embeddings","state":"loaded",
            "max_context_length":2048}]}
        """,
        EndpointKind.LmStudio,
        """
        codestral-22b-v0.1: codestral Llm Loaded 4096/32768 Q4_K_M - Chat, Fim, Schema
        qwen2-vl-7b-instruct: qwen-vl Vlm NotLoaded -/32768 4bit - Chat, Tools, Vision, Schema
        text-embedding-nomic-embed-text-v1.5: embedding Embedding Loaded -/2048 - - Embeddings
        """);

    [Fact]
    public Task Older_LM_Studio_lists_models_without_load_states() => Check(
        """
        GET /v1/models [X-Powered-By=Express] => {"data":[{"id":"qwen2.5-coder-7b-instruct","object":"model",
            "owned_by":"organization_owner"}],"object":"list"}
        GET /api/v1/models => {"error":"Unexpected endpoint or method. (GET /api/v1/models)"}
        GET /api/v0/models => {"error":"Unexpected endpoint or method. (GET /api/v0/models)"}
        """,
        EndpointKind.LmStudio,
        "qwen2.5-coder-7b-instruct: qwen2.5-coder Llm Unknown -/- - - Chat, Fim, Schema");

    [Fact]
    public Task Ollama_is_asked_for_lists_and_abilities_and_loads_nothing() => Check(
        """
        GET /v1/models => {"object":"list","data":[{"id":"qwen2.5-coder:7b","object":"model","created":1,"owned_by":"library"}]}
        GET /api/version => {"version":"0.12.6"}
        GET /api/tags => {"models":[{"name":"qwen2.5-coder:7b","model":"qwen2.5-coder:7b","digest":"d1","details":{"format":"gguf",
            "family":"qwen2","parameter_size":"7.6B","quantization_level":"Q4_K_M"}},{"name":"mine:latest","model":"mine:latest",
            "digest":"d2","details":{"format":"gguf","family":"llama","quantization_level":"Q8_0"}},{"name":"nomic-embed-text:latest",
            "model":"nomic-embed-text:latest","digest":"d3","details":{"format":"gguf","family":"nomic-bert",
            "quantization_level":"F16"}},{"name":"qwen3:8b","model":"qwen3:8b","digest":"d4","details":{"format":"safetensors",
            "family":"qwen3"}}]}
        GET /api/ps => {"models":[{"name":"qwen2.5-coder:7b","model":"qwen2.5-coder:7b","digest":"d1","context_length":4096,"size_vram":1}]}
        POST /api/show {"model":"qwen2.5-coder:7b"} =>
            {"template":"{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>
            \n{{- else if .Messages }}x{{ end }}",
            "model_info":{"general.architecture":"qwen2","qwen2.context_length":32768},"capabilities":["completion","tools","insert"]}
        POST /api/show {"model":"mine:latest"} =>
            {"template":"{{ if .Suffix }}<PRE> {{ .Prompt }} <SUF>{{ .Suffix }} <MID>{{ else }}{{ .Prompt }}{{ end }}",
            "parameters":"stop \"x\"\nnum_ctx    16384","model_info":{"llama.context_length":16384},"capabilities":["completion",
            "insert"]}
        POST /api/show {"model":"nomic-embed-text:latest"} => {"model_info":{"nomic-bert.context_length":2048},"capabilities":["embedding"]}
        POST /api/show {"model":"qwen3:8b"} => {"template":"{{ .Prompt }}","model_info":{"qwen3.context_length":40960},
            "capabilities":["completion","tools","thinking"]}
        """,
        EndpointKind.Ollama,
        """
        qwen2.5-coder:7b: qwen2.5-coder Llm Loaded 4096/32768 Q4_K_M - Chat, Tools, Fim, Schema
        mine:latest: unknown Llm NotLoaded -/16384 Q8_0 - Chat, Fim, Schema
        nomic-embed-text:latest: embedding Embedding NotLoaded -/2048 F16 - Embeddings
        qwen3:8b: qwen3-hybrid Llm NotLoaded -/40960 - - Chat, Tools, Reasoning
        """);

    [Fact]
    public async Task Ollama_is_asked_for_a_models_abilities_once()
    {
        using var replies = new ScriptedReplies(
            """
            GET /v1/models => {"data":[{"id":"a:1","owned_by":"library"}]}
            GET /api/version => {"version":"0.12.6"}
            GET /api/tags => {"models":[{"model":"a:1","digest":"d1"}]}
            GET /api/ps => {"models":[]}
            POST /api/show {"model":"a:1"} => {"capabilities":["completion"]}
            """);
        using var http = new HttpClient(replies);
        var server = new ServerQuestions(http, Endpoint(), TimeProvider.System);
        await CatalogReader.ReadAsync(Endpoint(), server, FamilyTable.BuiltIn, CancellationToken.None);
        await CatalogReader.ReadAsync(Endpoint(), server, FamilyTable.BuiltIn, CancellationToken.None);
        Assert.Single(replies.Asked, asked => asked.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public Task The_props_of_a_llama_server_router_are_asked_without_a_model() => Check(
        """
        GET /v1/models [Server=llama.cpp] => {"data":[{"id":"coder-a","owned_by":"llamacpp","status":{"value":"loaded","args":
            ["llama-server","--alias","coder-a","--model","router/qwen2.5-coder-0.5b.gguf","--parallel","2"]},"meta":{"n_ctx":4096,
            "n_ctx_train":32768,"ftype":"Q4_0"}},{"id":"coder-b","status":{"value":"unloaded","args":["llama-server","--model",
            "router/coder-b.gguf"]}},{"id":"coder-c","status":{"value":"loading"}}],"object":"list"}
        GET /props [Server=llama.cpp] => {"role":"router","max_instances":1,"model_path":"none","default_generation_settings":
            {"params":null,"n_ctx":0}}
        """,
        EndpointKind.LlamaCpp,
        """
        coder-a: qwen2.5-coder Llm Loaded 4096/32768 Q4_0 2 Chat, Fim, Schema
        coder-b: unknown Llm NotLoaded -/- - - Chat, Schema
        coder-c: unknown Llm Loading -/- - - Chat, Schema
        """);

    [Fact]
    public Task The_captured_replies_of_llama_server() => Check(
        $"""
        GET /v1/models [Server=llama.cpp] => {Captured("models")}
        GET /props [Server=llama.cpp] => {Captured("props")}
        """,
        EndpointKind.LlamaCpp,
        "qwen2.5-coder-0.5b-instruct: qwen2.5-coder Llm Loaded 4096/32768 Q4_K - Medium 1 Chat, Tools, Fim, Schema");

    [Fact]
    public Task The_replies_of_mlx() => Check(
        $$"""
        GET /v1/models [Server=BaseHTTP/0.6 Python/3.12] => {"object":"list","data":[{"id":"mlx-community/Qwen2.5-Coder-7B-4bit",
            "object":"model","created":1}]}
        GET /health => {"status": "ok"}
        """,
        EndpointKind.Mlx,
        """
        default_model: unknown Llm Loaded -/- - - Chat
        mlx-community/Qwen2.5-Coder-7B-4bit: qwen2.5-coder-base Llm NotLoaded -/- - - Fim
        """);

    [Fact]
    public Task VLLM_serves_every_listed_model() => Check(
        """
        GET /v1/models => {"object":"list","data":[{"id":"coder","object":"model","created":1,"owned_by":"vllm",
            "root":"Qwen/Qwen2.5-Coder-7B-Instruct","max_model_len":32768}]}
        """,
        EndpointKind.Vllm,
        "coder: qwen2.5-coder Llm Loaded 32768/32768 - - Chat, Fim, Schema");

    [Fact]
    public Task A_cloud_is_asked_for_its_list_alone() => Check(
        """
        GET /v1/models => {"object":"list","data":[{"id":"gpt-9","object":"model","owned_by":"openai"},{"id":"text-embedding-3-small",
            "object":"model","owned_by":"openai"},{"id":"whisper-1","object":"model","owned_by":"openai"}]}
        """,
        EndpointKind.OpenAi,
        """
        gpt-9: unknown Llm Loaded -/- - - Chat, Tools, Schema
        text-embedding-3-small: embedding Embedding Loaded -/- - - Embeddings
        whisper-1: other Llm Loaded -/- - - Schema
        """,
        asked: ["GET /v1/models"],
        configured: EndpointKind.OpenAi);

    [Fact]
    public Task A_users_own_rule_overrides_the_table() => Check(
        """
        GET /v1/models => {"object":"list","data":[{"id":"Acme/Completer-9","owned_by":"vllm","max_model_len":8192},
            {"id":"qwen2.5-coder-7b","owned_by":"vllm"}]}
        """,
        EndpointKind.Vllm,
        """
        Acme/Completer-9: starcoder Llm Loaded 8192/8192 - - Fim, Schema
        qwen2.5-coder-7b: qwen3-coder Llm Loaded -/- - - Chat, Tools, Fim, Schema
        """,
        families: new()
        {
            ["*completer*"] = "starcoder",
            ["qwen2.5-coder-7b"] = "qwen3-coder",
            ["qwen*"] = "codegemma",
            ["acme*"] = "no-such",
        });

    private static EndpointSettings Endpoint(EndpointKind kind = EndpointKind.Auto) =>
        EndpointSettings.At("here", new Uri("http://127.0.0.1:9"), kind);

    private static string Captured(string name)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "tests/fixtures/captures/llama-server-0.5.0", name + ".http"));
        return text[text.IndexOf("\n{", StringComparison.Ordinal)..].Trim();
    }

    private static async Task Check(
        string script,
        EndpointKind kind,
        string expected,
        string[]? asked = null,
        EndpointKind configured = EndpointKind.Auto,
        Dictionary<string, string>? families = null)
    {
        using var replies = new ScriptedReplies(script);
        using var http = new HttpClient(replies);
        var endpoint = Endpoint(configured);
        var catalog = await CatalogReader.ReadAsync(
            endpoint, new ServerQuestions(http, endpoint, TimeProvider.System), new FamilyTable(families ?? []), CancellationToken.None);
        Assert.Equal(kind, catalog.Kind);
        Assert.Equal(expected.ReplaceLineEndings("\n"), string.Join('\n', catalog.Models.Select(Line)));
        if (asked is not null)
        {
            Assert.Equal(asked, replies.Asked);
        }
    }

    private static string Line(CatalogModel model) =>
        $"{model.Id}{(model.Key == model.Id ? "" : $" ({model.Key})")}: {model.Family.Name} {model.Type} {model.State} "
        + $"{Or(model.LoadedContextTokens)}/{Or(model.MaxContextTokens)} {Or(model.Quantization)} {Or(model.Slots)} {model.Abilities}";

    private static string Or(object? value) => value?.ToString() ?? "-";
}
