using System.Text.Json.Nodes;
using Assistant.Inference.ToolCalls;
using Assistant.Tests.Inference.Clients;
using Microsoft.Extensions.AI;

namespace Assistant.Tests.Inference.ToolCalls;

public sealed class SchemaAnswerTests
{
    [Theory]
    [InlineData("""{"tool": "read_file", "arguments": {"path": "a.cs"}}""", """«read_file {"path":"a.cs"}»""")]
    [InlineData("""{ "answer" : "It says \"hi\"\n\u00e4\\ and {}" }""", "It says \"hi\"\nä\\ and {}")]
    [InlineData("""{"answer": {"yes": true}}""", """{"yes": true}""")]
    // Answers that break the schema.
    [InlineData("It is empty.", "It is empty.")]
    [InlineData("```json\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.cs\"}}\n```", """«read_file {"path":"a.cs"}»""")]
    public void An_answer_is_read(string written, string expected) => Check(written, expected);

    [Theory]
    [InlineData("""{"tool": "read_file", "arguments": {"path": "a""", "«read_file! cut off by the token limit»")]
    [InlineData("""{"answer": "It is \""", "It is ")]
    public void A_cut_call_carries_its_error(string written, string expected) => Check(written, expected, wasCut: true);

    [Fact]
    public void The_answer_streams()
    {
        var reader = new SchemaAnswer(OfferedTools.Of(Options));
        Assert.Equal("", TextCallsTests.Shown(reader.Feed("{\"answer\": ")));
        Assert.Equal("It", TextCallsTests.Shown(reader.Feed("\"It")));
        Assert.Equal(" is", TextCallsTests.Shown(reader.Feed(" is\\")));
        Assert.Equal("\nso", TextCallsTests.Shown(reader.Feed("nso\"}")));
    }

    [Fact]
    public void The_schema_holds_a_choice_for_each_tool_and_one_for_the_answer()
    {
        var format = (ChatResponseFormatJson)AnswerSchema.Of(OfferedTools.Of(Options), answer: true, format: null);
        var schema = format.Schema!.Value.GetRawText();
        const string Expected =
            """
            {"anyOf":[
              {"type":"object","properties":{"tool":{"type":"string","enum":["read_file"]},
                "arguments":{"type":"object","properties":{"path":{"type":"string"},"line":{"type":"integer"}},"required":["path"],
                  "additionalProperties":false}},"required":["tool","arguments"],"additionalProperties":false},
              {"type":"object","properties":{"tool":{"type":"string","enum":["find_symbol"]},
                "arguments":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],
                  "additionalProperties":false}},"required":["tool","arguments"],"additionalProperties":false},
              {"type":"object","properties":{"answer":{"type":"string"}},"required":["answer"],"additionalProperties":false}]}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Expected), JsonNode.Parse(schema)), schema);
    }

    private static ChatOptions Options => new() { Tools = [ChatServer.ReadFile, ChatServer.FindSymbol] };

    private static void Check(string written, string expected, bool wasCut = false)
    {
        foreach (var size in (int[])[written.Length, 1, 2, 3, 7])
        {
            var reader = new SchemaAnswer(OfferedTools.Of(Options));
            var pieces = written.Chunk(size).Select(piece => TextCallsTests.Shown(reader.Feed(new string(piece))));
            Assert.Equal(expected, string.Concat(pieces) + TextCallsTests.Shown(reader.End(wasCut)));
        }
    }
}
