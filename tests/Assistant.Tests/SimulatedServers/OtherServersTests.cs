using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ModelServerSimulator;

namespace Assistant.Tests.SimulatedServers;

/// <summary>Ollama, vLLM and a cloud according to their sources and to reports, and embeddings on all servers.</summary>
public sealed class OtherServersTests
{
    private const string Coder = "qwen2.5-coder:7b";
    private const string Fim = "<|fim_prefix|>class A { int Sum() => <|fim_suffix|>; }<|fim_middle|>";
    private static readonly string[] Documents = ["class A { int Sum() => a + b; }"];

    /// <summary>Only a raw prompt or a suffix reaches the model as FIM; in a chat template FIM is nonsense.</summary>
    [Theory]
    [InlineData("/api/generate", """{"model":"qwen2.5-coder:7b","prompt":"«FIM»","raw":true,"stream":false}""", "a + b")]
    [InlineData("/api/generate", """{"model":"qwen2.5-coder:7b","prompt":"class A { int Sum() => ","suffix":"; }","stream":false}""",
        "a + b")]
    [InlineData("/v1/completions", """{"model":"qwen2.5-coder:7b","prompt":"class A { int Sum() => ","suffix":"; }"}""", "a + b")]
    [InlineData("/v1/completions", """{"model":"qwen2.5-coder:7b","prompt":"«FIM»"}""", Brain.Garbage)]
    public async Task Ollama_fills_holes(string path, string body, string text)
    {
        await using var simulator = await Simulator.StartAsync(
            new SimulatorOptions { Profile = "ollama", Documents = Documents, AfterTheHole = AfterTheHole.End });
        var request = JsonNode.Parse(body.Replace("«FIM»", Fim, StringComparison.Ordinal))!.AsObject();
        var reply = JsonNode.Parse((await Ask.PostAsync(simulator, path, request)).Body)!;
        Assert.Equal(text, (reply["response"] ?? reply["choices"]![0]!["text"])!.ToString());
    }

    [Fact]
    public async Task Ollama_streams_objects_on_lines()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "ollama" });
        simulator.Brain.Enqueue("a b");
        var (_, body) = await Ask.PostAsync(
            simulator, "/api/generate", new JsonObject { ["model"] = Coder, ["prompt"] = "p", ["raw"] = true });
        var lines = body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(["a", " b", ""], lines.Select(line => line["response"]!.ToString()));
        var last = lines[^1];
        Assert.Equal(
            ("stop", 1, 3),
            (last["done_reason"]!.ToString(), last["prompt_eval_count"]!.GetValue<int>(), last["eval_count"]!.GetValue<int>()));
        var load = new JsonObject { ["model"] = Coder, ["prompt"] = "", ["raw"] = true, ["stream"] = false };
        Assert.Contains(
            "\"done_reason\":\"load\"", (await Ask.PostAsync(simulator, "/api/generate", load)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ollama_lists_pulled_and_running_models()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions
        {
            Profile = "ollama",
            Models = [new SimulatedModel(Coder) { Loaded = false }, new SimulatedModel("nomic-embed-text:latest") { Loaded = false }],
        });
        Assert.Equal("qwen2.5-coder:7b nomic-embed-text:latest", await NamesAsync("/api/tags"));
        Assert.Equal("", await NamesAsync("/api/ps"));
        var show = JsonNode.Parse((await Ask.PostAsync(simulator, "/api/show", new JsonObject { ["model"] = Coder })).Body)!;
        Assert.Equal("""["completion","tools","insert"]""", show["capabilities"]!.ToJsonString());
        var embed = new JsonObject { ["model"] = "nomic-embed-text", ["input"] = "a" };
        Assert.Equal(200, (await Ask.PostAsync(simulator, "/v1/embeddings", embed)).Status);
        Assert.Equal("nomic-embed-text:latest", await NamesAsync("/api/ps"));
        var unknown = new JsonObject { ["model"] = "x", ["messages"] = Messages("user", "a") };
        Assert.Equal(
            (404, """{"error":{"message":"model 'x' not found","type":"not_found_error","param":null,"code":null}}"""),
            await Ask.PostAsync(simulator, "/v1/chat/completions", unknown));

        async Task<string> NamesAsync(string path)
        {
            var (_, body) = await Ask.GetAsync(simulator, path);
            return string.Join(' ', JsonNode.Parse(body)!["models"]!.AsArray().Select(model => model!["name"]));
        }
    }

    [Theory]
    [InlineData("vllm", """{"prompt":"a","suffix":"b"}""", "suffix is not currently supported")]
    [InlineData("vllm", """{"prompt":"a","stop":["1","2","3","4","5"]}""", "at most 4")]
    [InlineData("vllm", """{"prompt":"a","max_tokens":99999}""", "maximum context length is 16384")]
    [InlineData("vllm", """{"prompt":"a","cache_prompt":true}""", "extra_forbidden")]
    [InlineData("openai", """{"messages":[{"role":"developer","content":"a"}],"cache_prompt":true}""",
        "Unknown parameter: 'cache_prompt'.")]
    [InlineData("openai", """{"messages":[{"role":"developer","content":"a"}],"max_tokens":5}""", "Use 'max_completion_tokens' instead.")]
    [InlineData("openai", """{"prompt":"a"}""", "This is a chat model")]
    public async Task Strict_servers_refuse(string profile, string body, string part)
    {
        var request = JsonNode.Parse(body)!.AsObject();
        request["model"] = profile == "vllm" ? "Qwen/Qwen2.5-Coder-7B-Instruct" : "gpt-5-mini";
        var (status, reply) = await AskStrictAsync(profile, request);
        Assert.True(status is 400 or 404, $"{status}");
        Assert.Contains(part, reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cloud_needs_its_key_and_accepts_known_fields()
    {
        var body = new JsonObject
        {
            ["model"] = "gpt-5-mini",
            ["max_completion_tokens"] = 3,
            ["messages"] = Messages("developer", "Be brief."),
        };
        Assert.Equal(200, (await AskStrictAsync("openai", body)).Status);
        var (status, refusal) = await AskStrictAsync("openai", body, key: "wrong");
        Assert.Equal(401, status);
        Assert.Contains("Incorrect API key provided", refusal, StringComparison.Ordinal);
    }

    /// <summary>Two texts: the vectors keep the order and differ, and base64 holds the same numbers.</summary>
    [Theory]
    [InlineData("lmstudio-0.4", 0)]
    [InlineData("llamacpp", 5)]
    [InlineData("ollama", 5)]
    [InlineData("vllm", 5)]
    [InlineData("llamacpp-router", 5)]
    public async Task Embeddings_come_in_a_batch(string profile, int tokens)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions
        {
            Profile = profile,
            Models = [new SimulatedModel("some-embed") { Loaded = false }],
            EmbeddingDimensions = 4,
        });
        var request = new JsonObject { ["model"] = "some-embed", ["input"] = new JsonArray("read a file", "write b") };
        var reply = JsonNode.Parse((await Ask.PostAsync(simulator, "/v1/embeddings", request)).Body)!;
        var vectors = reply["data"]!.AsArray()
            .Select(item => item!["embedding"]!.AsArray().Select(value => value!.GetValue<float>()).ToArray())
            .ToArray();
        Assert.Equal([0, 1], reply["data"]!.AsArray().Select(item => item!["index"]!.GetValue<int>()));
        Assert.All(vectors, vector => Assert.Equal(4, vector.Length));
        Assert.NotEqual(vectors[0], vectors[1]);
        Assert.Equal(tokens, reply["usage"]!["prompt_tokens"]!.GetValue<int>());

        request["encoding_format"] = "base64";
        var first = JsonNode.Parse((await Ask.PostAsync(simulator, "/v1/embeddings", request)).Body)!["data"]![0]!["embedding"]!;
        var values = first is JsonArray numbers
            ? [.. numbers.Select(value => value!.GetValue<float>())]
            : System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(first.ToString())).ToArray();
        Assert.Equal(vectors[0], values);
    }

    [Theory]
    [InlineData("mlx-0.32.2", 404, "Not Found")]
    [InlineData("llamacpp", 501, "does not support embeddings")]
    [InlineData("lmstudio-0.4", 400, "Model is not embedding.")]
    [InlineData("vllm", 400, "does not support Embeddings API")]
    public async Task No_embeddings(string profile, int status, string part)
    {
        await using var simulator = await Simulator.StartAsync(
            new SimulatorOptions { Profile = profile, Models = [new SimulatedModel("a-coder")] });
        var (seen, body) = await Ask.PostAsync(simulator, "/v1/embeddings", new JsonObject { ["model"] = "a-coder", ["input"] = "a" });
        Assert.Equal(status, seen);
        Assert.Contains(part, body, StringComparison.Ordinal);
    }

    private static JsonArray Messages(string role, string content) => [new JsonObject { ["role"] = role, ["content"] = content }];

    private static async Task<(int Status, string Body)> AskStrictAsync(string profile, JsonObject body, string key = "sk-simulated")
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = profile, StrictFields = true });
        using var client = new HttpClient { BaseAddress = simulator.BaseUrl };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        var path = body.ContainsKey("prompt") ? "/v1/completions" : "/v1/chat/completions";
        using var response = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
