using System.Text.Json;
using Assistant.Inference.ToolCalls;
using Microsoft.Extensions.AI;

namespace Assistant.Tests.Inference.ToolCalls;

/// <summary>Each row holds arguments as a model wrote them, and the arguments that the tool gets or the error for the model.</summary>
public sealed class ToolArgumentsTests
{
    private const string Schema =
        """
        {"type":"object","required":["path"],"properties":{
          "path":{"type":"string"},"line":{"type":"integer"},"share":{"type":"number"},"deep":{"type":"boolean"},
          "kind":{"type":"string","enum":["type","method"]},
          "names":{"type":"array","items":{"type":"string"}},"where":{"type":["object","null"]}}}
        """;

    [Theory]
    [InlineData("""{"path":"a"}""", """{"path":"a"}""")]
    [InlineData("""{"path":"a","line":"7","share":"0.5","deep":"True"}""", """{"path":"a","line":7,"share":0.5,"deep":true}""")]
    [InlineData("""{"path":7,"line":7.0}""", """{"path":"7","line":7}""")]
    [InlineData("""{"Path":"a","KIND":"Method"}""", """{"path":"a","kind":"method"}""")]
    [InlineData("""{"path":"a","names":"b","where":"{\"c\":1}"}""", """{"path":"a","names":["b"],"where":{"c":1}}""")]
    [InlineData("""{"path":"a","names":"[\"b\"]"}""", """{"path":"a","names":["b"]}""")]
    [InlineData("""{"path":"a","line":null,"deep":"","where":"null","other":1}""", """{"path":"a"}""")]
    [InlineData("\"{\\\"path\\\":\\\"a\\\"}\"", """{"path":"a"}""")]
    [InlineData("{\"path\":\"a\nb\",}", """{"path":"a\nb"}""")]
    [InlineData("""{"path":"a\ud83d"}""", """{"path":"a�"}""")]
    public void Small_errors_are_repaired(string written, string expected) => Check(written, expected);

    [Theory]
    [InlineData("{}", "'path' is missing.")]
    [InlineData("", "'path' is missing.")]
    [InlineData("""{"path":"a","line":"seven"}""", "'line' must be integer.")]
    [InlineData("""{"path":"a","kind":"field"}""", "'kind' must be one of \"type\", \"method\".")]
    [InlineData("""{"path":["a"]}""", "'path' must be string.")]
    [InlineData("[1]", "must be a JSON object.")]
    [InlineData("{\"path\":", "are no valid JSON")]
    [InlineData("""{"path":"a","path":"b"}""", "are no valid JSON: Duplicate property 'path'")]
    public void Other_errors_are_reported_to_the_model(string written, string words) => Check(written, words);

    private static void Check(string written, string expected)
    {
        using var schema = JsonDocument.Parse(Schema);
        var tools = OfferedTools.Of(new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("read", "", schema.RootElement)] });
        var call = ToolArguments.Call(tools, "1", "read", written);
        if (expected.StartsWith('{'))
        {
            Assert.Null(call.Exception);
            Assert.Equal(expected, FunctionContentText.ArgumentsOf(call));
        }
        else
        {
            Assert.Contains(expected, call.Exception!.Message);
        }
    }
}
