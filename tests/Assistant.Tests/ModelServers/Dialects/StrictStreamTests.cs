using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assistant.ModelServers;
using Assistant.ModelServers.Dialects;
using Assistant.Settings;
using Assistant.Tests.ModelServers.Transport;

namespace Assistant.Tests.ModelServers.Dialects;

/// <summary>
/// Chunks from servers, and their form for the OpenAI SDK. A row holds the delta and the finish reason of each chunk; new ids are shown as
/// <c>NEW</c>.
/// </summary>
public sealed partial class StrictStreamTests
{
    [Theory]
    // Strict chunks stay unchanged.
    [InlineData("""{"role":"assistant","content":null}|{"content":"Hi"}|{} stop""",
        """{"role":"assistant","content":null}|{"content":"Hi"}|{} stop""")]
    // A lone surrogate is replaced; an escaped backslash before "ud83d" stays.
    [InlineData("""{"content":"\ud83d"}|{"content":"\\ud83d"}|{} stop""", """{"content":"�"}|{"content":"\\ud83d"}|{} stop""")]
    // Finish reasons that OpenAI does not have.
    [InlineData("""{"content":"a"} ''|{} eos""", """{"content":"a"}|{} stop""")]
    [InlineData("""{"content":"a"}|{} load""", """{"content":"a"}|{} stop""")]
    [InlineData("""{"content":"a"}|{} max_tokens""", """{"content":"a"}|{} length""")]
    // The calls decide, not the server's finish reason.
    [InlineData("""{"content":"a"}|{} tool_calls""", """{"content":"a"}|{} stop""")]
    [InlineData("""{"tool_calls":[{"index":0,"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]}|{} stop""",
        """{"tool_calls":[{"index":0,"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]}|{} tool_calls""")]
    // Audio without bytes.
    [InlineData("""{"content":"a","audio":{}}|{} stop""", """{"content":"a"}|{} stop""")]
    // Roles, and a delta that is null.
    [InlineData("""{"role":"","content":"a"}|null stop""", """{"role":"assistant","content":"a"}|{} stop""")]
    [InlineData("""{"role":"model","content":[{"type":"text","text":"a"}]}|{} stop""", """{"role":"assistant","content":"a"}|{} stop""")]
    // Reasoning under either name, or both.
    [InlineData("""{"reasoning":"hm"}|{"reasoning_content":"m","reasoning":"m"}|{"content":"a"}|{} stop""",
        """{"reasoning_content":"hm"}|{"reasoning_content":"m"}|{"content":"a"}|{} stop""")]
    // Thoughts that the server left in the text, split at any place.
    [InlineData("""{"content":"\n<th"}|{"content":"ink>h"}|{"content":"m</thi"}|{"content":"nk>\n\n"}|{"content":"a"}|{} stop""",
        """{}|{"reasoning_content":"h"}|{"reasoning_content":"m"}|{}|{"content":"a"}|{} stop""")]
    [InlineData("""{"content":"<"}|{} stop""", """{}|{"content":"<"} stop""")]
    [InlineData("""{"content":"a <think>b</think>"}|{} stop""", """{"content":"a <think>b</think>"}|{} stop""")]
    [InlineData("""{"content":"<think>no end"}|{} length""", """{"reasoning_content":"no end"}|{} length""")]
    // Parts of a call: index missing, null, or 0 for all; ids empty; type empty; arguments as object or null.
    [InlineData(
        """{"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":"}}]}|"""
            + """{"tool_calls":[{"type":"","function":{"name":"","arguments":"1}"}}]}|{} stop""",
        """{"tool_calls":[{"index":0,"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":"}}]}|"""
            + """{"tool_calls":[{"index":0,"type":"function","function":{"arguments":"1}"}}]}|{} tool_calls""")]
    [InlineData(
        """{"tool_calls":[{"index":0,"id":"1","function":{"name":"f","arguments":{"a":1}}}]}|"""
            + """{"tool_calls":[{"index":0,"id":"2","function":{"name":"g","arguments":null}}]}|{} tool_calls""",
        """{"tool_calls":[{"index":0,"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}|"""
            + """{"tool_calls":[{"index":1,"id":"2","type":"function","function":{"name":"g","arguments":""}}]}|{} tool_calls""")]
    [InlineData(
        """{"tool_calls":[{"index":null,"id":"","function":{"name":"f","arguments":"{}"}}]}|"""
            + """{"tool_calls":[{"index":null,"id":null,"function":{"name":"f","arguments":"{}"}}]}|{} stop""",
        """{"tool_calls":[{"index":0,"id":"NEW","type":"function","function":{"name":"f","arguments":"{}"}}]}|"""
            + """{"tool_calls":[{"index":1,"id":"NEW","type":"function","function":{"name":"f","arguments":"{}"}}]}|{} tool_calls""")]
    // The name with every part, and an id that changes with every part.
    [InlineData(
        """{"tool_calls":[{"index":0,"id":"1","function":{"name":"f","arguments":"{"}}]}|"""
            + """{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"}"}}]}|"""
            + """{"tool_calls":[{"index":0,"id":"9","function":{"arguments":" "}}]}|{} stop""",
        """{"tool_calls":[{"index":0,"id":"1","type":"function","function":{"name":"f","arguments":"{"}}]}|"""
            + """{"tool_calls":[{"index":0,"type":"function","function":{"arguments":"}"}}]}|"""
            + """{"tool_calls":[{"index":0,"type":"function","function":{"arguments":" "}}]}|{} tool_calls""")]
    // A call of nothing, and an empty list.
    [InlineData("""{"tool_calls":[{"index":0,"id":""}]}|{"tool_calls":[],"content":"a"}|{} tool_calls""", """{}|{"content":"a"}|{} stop""")]
    public Task A_chunk_is_made_strict(string sent, string expected) => Check(sent, expected);

    [Theory]
    // The requested JSON came as reasoning.
    [InlineData("""{"reasoning_content":"{\"a\":"}|{"reasoning_content":"1}"}|{"content":""} stop""",
        """{"content":"{\"a\":"}|{"content":"1}"}|{} stop""")]
    [InlineData("""{"reasoning_content":"Let me see."}|{"content":"{}"}|{} stop""",
        """{"reasoning_content":"Let me see."}|{"content":"{}"}|{} stop""")]
    public Task Requested_JSON_is_content(string sent, string expected) =>
        Check(sent, expected, """ "response_format":{"type":"json_schema"} """);

    [Theory]
    // The prompt held the opening tag.
    [InlineData("""{"content":"hm"}|{"content":"</think>a"}|{} stop""", """{"reasoning_content":"hm"}|{"content":"a"}|{} stop""")]
    // The model did not think.
    [InlineData("""{"content":"hm"}|{} stop""", """{"reasoning_content":"hm"}|{"content":"hm"} stop""")]
    [InlineData("""{"content":"hm"}|{} length""", """{"reasoning_content":"hm"}|{} length""")]
    // The server separates reasoning itself.
    [InlineData("""{"reasoning":"hm"}|{"content":"a"}|{} stop""", """{"reasoning_content":"hm"}|{"content":"a"}|{} stop""")]
    public Task A_model_that_always_thinks(string sent, string expected) => Check(sent, expected, thinksFirst: true);

    [Theory]
    [InlineData("""{"created":1.5,"choices":null,"usage":{"prompt_tokens":1,"prompt_tokens_details":null}}""",
        """{"created":1,"choices":[],"usage":{"prompt_tokens":1}}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"a"},"logprobs":0,"finish_reason":null}]}""",
        """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}""")]
    public async Task A_frame_is_made_strict(string sent, string expected) =>
        Assert.Contains($"data: {expected}\n\n", await StrictAsync($"data: {sent}\n\ndata: [DONE]\n\n", ""));

    [Fact]
    public async Task A_stream_with_DONE_and_no_finish_reason_has_stopped() => Assert.EndsWith(
        "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
            + "data: [DONE]\n\n",
        await StrictAsync("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n", ""));

    // Eight chunks for each of the two requested tokens, and a hundred extra.
    private const int TooMany = (2 * 8) + 100 + 1;

    [Theory]
    [InlineData("")]
    [InlineData("\\n \\t\u00a0")]
    public async Task Blanks_without_end_are_an_error(string blank)
    {
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => EndlessAsync(ReplyKind.Chat, Delta(blank), Delta(blank)));
        Assert.Equal(ModelFault.Idle, failure.Fault);
        Assert.Contains($"here was asked for 2 tokens at most, and has sent {TooMany} chunks with nothing but blanks", failure.Message);
        Assert.NotEmpty(failure.Remedy);
        await Assert.ThrowsAsync<ModelServerException>(() => EndlessAsync(ReplyKind.Completion, Text(blank), Text(blank)));
    }

    [Fact]
    public async Task A_stream_far_beyond_its_limit_is_cut()
    {
        var strict = await EndlessAsync(ReplyKind.Completion, Text("int"), Text(""));
        Assert.EndsWith(
            "data: {\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":\"length\"}]}\n\n"
                + "data: [DONE]\n\n",
            strict);
        Assert.Equal(TooMany + 2, strict.Split("data: ").Length - 1);
        strict = await EndlessAsync(ReplyKind.Chat, Delta("I"), Delta(" think"));
        Assert.EndsWith("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n", strict);
    }

    [Fact]
    public async Task A_stream_ends_after_its_finish_reason() => Assert.EndsWith(
        $"{Text("")}data: [DONE]\n\n", await EndlessAsync(ReplyKind.Completion, Text("int", "stop"), Text("")));

    [Fact]
    public async Task Long_chunks_count_as_several()
    {
        var strict = await EndlessAsync(ReplyKind.Completion, Text("int"), Text(new string('x', 40_000)));
        Assert.InRange(strict.Split("data: ").Length - 1, 10, 16);
    }

    private static string Delta(string content) =>
        $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{content}\"}},\"finish_reason\":null}}]}}\n\n";

    private static string Text(string text, string? finish = null) =>
        $"data: {{\"choices\":[{{\"index\":0,\"text\":\"{text}\",\"finish_reason\":{(finish is null ? "null" : $"\"{finish}\"")}}}]}}\n\n";

    private static async Task<string> EndlessAsync(ReplyKind kind, string first, string then)
    {
        var expected = ExpectedReply.Of(kind, JsonNode.Parse("""{"stream":true,"max_tokens":2}""")!.AsObject(), thinksFirst: false);
        await using var events = new StrictEvents(
            new Repeating(first, then), EndpointSettings.At("here", new Uri("http://127.0.0.1:1")), expected);
        using var reader = new StreamReader(events);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
    }

    private static async Task Check(string sent, string expected, string request = "", bool thinksFirst = false)
    {
        var strict = await StrictAsync(string.Concat(sent.Split('|').Select(Event)) + "data: [DONE]\n\n", request, thinksFirst);
        Assert.Equal(string.Concat(expected.Split('|').Select(Event)) + "data: [DONE]\n\n", NewId().Replace(strict, "\"NEW\""));
    }

    // The finish reason follows the delta after a space.
    private static string Event(string row)
    {
        var reason = Reason().Match(row);
        var finish = reason.Success ? $"\"{reason.Groups[1].Value.Trim('\'')}\"" : "null";
        return $"data: {{\"choices\":[{{\"index\":0,\"delta\":{row[..^reason.Length]},\"finish_reason\":{finish}}}]}}\n\n";
    }

    private static async Task<string> StrictAsync(string sent, string request, bool thinksFirst = false)
    {
        var body = JsonNode.Parse($"{{\"stream\":true{(request.Length > 0 ? "," : "")}{request}}}")!.AsObject();
        var expected = ExpectedReply.Of(ReplyKind.Chat, body, thinksFirst);
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(sent));
        await using var events = new StrictEvents(bytes, EndpointSettings.At("here", new Uri("http://127.0.0.1:1")), expected);
        using var reader = new StreamReader(events);
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex(@" ('|\w+|'')'?$")]
    private static partial Regex Reason();

    [GeneratedRegex("\"call_[0-9a-f]{32}\"")]
    private static partial Regex NewId();
}
