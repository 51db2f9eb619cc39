using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assistant.ModelServers.Dialects;

namespace Assistant.Tests.ModelServers.Dialects;

/// <summary>Whole replies from servers, and their form for the OpenAI SDK; new ids are shown as <c>NEW</c>.</summary>
public sealed partial class StrictReplyTests
{
    [Theory]
    [InlineData("""{"message":{"content":"a"},"finish_reason":null}""",
        """{"message":{"role":"assistant","content":"a"},"finish_reason":"stop","index":0}""")]
    [InlineData("""{"index":0,"message":null,"logprobs":null,"finish_reason":""}""",
        """{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"stop"}""")]
    [InlineData("""{"index":0,"message":{"role":"","content":null,"reasoning":"hm"},"finish_reason":"unload"}""",
        """{"index":0,"message":{"role":"assistant","content":"","reasoning_content":"hm"},"finish_reason":"stop"}""")]
    [InlineData("""{"index":0,"message":{"content":"<think>hm</think>\n\na"},"finish_reason":"eos"}""",
        """{"index":0,"message":{"role":"assistant","content":"a","reasoning_content":"hm"},"finish_reason":"stop"}""")]
    [InlineData("""{"index":0,"message":{"content":"a","tool_calls":[],"audio":{}},"finish_reason":"tool_calls"}""",
        """{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}""")]
    [InlineData(
        """
        {"index":0,"message":{"tool_calls":[{"id":null,"type":"","function":{"name":"f","arguments":{"a":1}}},{"id":7,"function":
         {"name":"g","arguments":null}},{"id":"","function":null}]},"finish_reason":"stop"}
        """,
        """
        {"index":0,"message":{"content":"","role":"assistant","tool_calls":[{"id":"NEW","type":"function","function":{"name":"f",
         "arguments":"{\"a\":1}"}},{"id":"7","type":"function","function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"}
        """)]
    public void A_choice_is_made_strict(string sent, string expected) =>
        Check($"{{\"choices\":[{sent}]}}", $"{{\"choices\":[{expected}]}}", "");

    [Fact]
    public void Json_that_came_as_reasoning_is_content() => Check(
        """{"choices":[{"index":0,"message":{"content":"","reasoning_content":"{\"a\":1}"},"finish_reason":"stop"}]}""",
        """{"choices":[{"index":0,"message":{"role":"assistant","content":"{\"a\":1}"},"finish_reason":"stop"}]}""",
        """ "response_format":{"type":"json_schema"} """);

    [Theory]
    [InlineData("""{"data":[{"embedding":[1,2]},{"embedding":[[3,4]]}]}""",
        """{"data":[{"embedding":[1,2],"index":0},{"embedding":[3,4],"index":1}],"usage":{"prompt_tokens":0,"total_tokens":0}}""")]
    [InlineData(
        """
        {"object":"list","data":[{"object":"embedding","embedding":[1],"index":0}],"model":"m","usage":{"prompt_tokens":3,
         "total_tokens":3}}
        """,
        """
        {"object":"list","data":[{"object":"embedding","embedding":[1],"index":0}],"model":"m","usage":{"prompt_tokens":3,
         "total_tokens":3}}
        """)]
    public void Vectors_are_made_strict(string sent, string expected) => Check(sent, expected, "", ReplyKind.Embeddings);

    [Fact]
    public void A_reply_without_choices_or_vectors_is_invalid()
    {
        Assert.Throws<InvalidOperationException>(() => Check("""{"choices":[]}""", "", ""));
        Assert.Throws<InvalidOperationException>(() => Check("""{"data":[]}""", "", "", ReplyKind.Embeddings));
    }

    [Fact]
    public async Task Lines_of_Ollama_are_events()
    {
        const string Lines =
            """
            {"model":"m","created_at":"2026-01-01T00:00:00Z","response":"int ä","done":false}

            {"model":"m","response":"","done":true,"done_reason":"length","prompt_eval_count":5,"eval_count":4,"eval_duration":2000000000}
            """;
        const string Last =
            """{"object":"text_completion","model":"m","choices":[{"index":0,"text":"","finish_reason":"length"}],"""
            + "\"usage\":" + """{"prompt_tokens":5,"completion_tokens":4,"total_tokens":9},"timings":{"predicted_per_second":2}}""";
        const string Events =
            $$"""
            data: {"object":"text_completion","model":"m","choices":[{"index":0,"text":"int ä","finish_reason":null}]}

            data: {{Last}}


            """;
        Assert.Equal(Events.ReplaceLineEndings("\n"), await EventsAsync(Lines));
        Assert.Equal(
            "event: error\ndata: {\"error\":\"model 'x' not found\"}\n\n", await EventsAsync("{\"error\":\"model 'x' not found\"}\n"));
    }

    private static async Task<string> EventsAsync(string lines)
    {
        await using var events = new OllamaEvents(new MemoryStream(Encoding.UTF8.GetBytes(lines)));
        using var reader = new StreamReader(events);
        return await reader.ReadToEndAsync();
    }

    private static void Check(string sent, string expected, string request, ReplyKind kind = ReplyKind.Chat)
    {
        var strict = Encoding.UTF8.GetString(StrictReply.Rewrite(
            JsonNode.Parse(sent)!.AsObject(), ExpectedReply.Of(kind, JsonNode.Parse($"{{{request}}}")!.AsObject(), thinksFirst: false)));
        strict = NewId().Replace(strict, "\"NEW\"");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(strict)), strict);
    }

    [GeneratedRegex("\"call_[0-9a-f]{32}\"")]
    private static partial Regex NewId();
}
