using Assistant.Inference.ToolCalls;
using Assistant.Tests.Inference.Clients;
using Microsoft.Extensions.AI;

namespace Assistant.Tests.Inference.ToolCalls;

/// <summary>
/// Each row holds a model's text and the contents that the reader returns: text unchanged, reasoning as <c>{…}</c>, a call as
/// <c>«name arguments»</c>, a call with an error for the model as <c>«name! error»</c>. The reader gets every row whole, letter by letter,
/// and in pieces.
/// </summary>
public sealed class TextCallsTests
{
    private const string Call = """«read_file {"path":"a.cs"}»""";
    private const string CallWithLine = """«read_file {"path":"a.cs","line":7}»""";
    private const string SecondCall = """«find_symbol {"name":"A"}»""";
    private const string Json = """{"name":"read_file","arguments":{"path":"a.cs"}}""";
    private const string SecondJson = """{"name":"find_symbol","arguments":{"name":"A"}}""";

    [Theory]
    // Hermes, with and without its closing tag, several in a row.
    [InlineData("""<tool_call>{"name": "read_file", "arguments": {"path": "a.cs"}}</tool_call>""", Call)]
    [InlineData("I look.\n<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.cs\"}}\n</tool_call>\n", "I look.\n" + Call)]
    [InlineData("""<tool_call>{"name": "read_file", "arguments": {"path": "a.cs"}}""", Call)]
    [InlineData("<tool_call>" + Json + "\n<tool_call>" + SecondJson + "</tool_call>", Call + SecondCall)]
    [InlineData("<tool_call>" + Json + "\n" + SecondJson + "</tool_call>", Call + SecondCall)]
    // Qwen's XML; values are text unless the schema has another type.
    [InlineData(
        "<tool_call>\n<function=read_file>\n<parameter=path>\na.cs\n</parameter>\n"
            + "<parameter=line>\n7\n</parameter>\n</function>\n</tool_call>",
        CallWithLine)]
    [InlineData("<function=read_file>\n<parameter=path>a.cs</parameter>\n</function>\n</tool_call>", Call)]
    [InlineData(
        "<minimax:tool_call><invoke name=\"read_file\"><parameter name=\"path\">a.cs</parameter></invoke></minimax:tool_call>", Call)]
    // GLM.
    [InlineData("<tool_call>read_file\n<arg_key>path</arg_key>\n<arg_value>a.cs</arg_value>\n</tool_call>", Call)]
    // LM Studio's default.
    [InlineData("""[TOOL_REQUEST]{"name": "read_file", "arguments": {"path": "a.cs"}}[END_TOOL_REQUEST]""", Call)]
    // Mistral, old and new.
    [InlineData("[TOOL_CALLS][" + Json + ", " + SecondJson + "]", Call + SecondCall)]
    [InlineData("""[TOOL_CALLS]read_file[ARGS]{"path": "a.cs"}[TOOL_CALLS]find_symbol{"name": "A"}""", Call + SecondCall)]
    // Python.
    [InlineData("""[read_file(path="a.cs", line=7), find_symbol(name='A')]""", CallWithLine + SecondCall)]
    [InlineData("""<|tool_call_start|>[read_file(path="a.cs")]<|tool_call_end|>""", Call)]
    // Fences and unmarked objects, which small models write.
    [InlineData("Sure:\n```json\n{\n  \"name\": \"read_file\",\n  \"arguments\": {\n    \"path\": \"a.cs\"\n  }\n}\n```", "Sure:\n" + Call)]
    [InlineData(
        "```json\n{\"tool\": \"read_file\", \"arguments\": {\"path\": \"a.cs\"}}\n"
            + "{\"tool\": \"find_symbol\", \"arguments\": {\"name\": \"A\"}}\n```\nThen text.",
        Call + SecondCall + "\nThen text.")]
    [InlineData("""{"name": "read_file", "arguments": {"path": "a.cs"}}""", Call)]
    [InlineData(Json + "\n\n{\"name\": \"find_symbol\", \"arguments\": \"{\\\"name\\\": \\\"A\\\"}\"}", Call + SecondCall)]
    [InlineData("""[{"type": "function", "function": {"name": "read_file", "parameters": {"path": "a.cs"}}}]""", Call)]
    [InlineData("""{"read_file": {"path": "a.cs"}}""", Call)]
    [InlineData("""<|python_tag|>{"name": "read_file", "parameters": {"path": "a.cs"}}""", Call)]
    // gpt-oss.
    [InlineData(
        "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.read_file "
            + "<|constrain|>json<|message|>{\"path\": \"a.cs\"}<|call|>",
        "{Hm.}" + Call)]
    [InlineData(
        "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>It < that.<|return|>",
        "{Hm.}It < that.")]
    // Another spelling of the name.
    [InlineData("""<tool_call>{"name": "functions.readFile", "arguments": {"Path": "a.cs"}}</tool_call>""", Call)]
    public void A_call_is_found(string written, string expected) => Check(written, expected);

    [Theory]
    [InlineData("Use `read_file` for { and [1, 2] and a < b.")]
    [InlineData("```csharp\nvar a = new[] { 1 };\n{\n}\n```\nThat is <b>it</b>.")]
    [InlineData("```json\n{\"name\": \"Newtonsoft.Json\", \"arguments\": {}}\n```")]
    [InlineData("```json\n{\n  \"compilerOptions\": {}\n}\n```\n")]
    [InlineData("```json\n{\"name\": \"read_file\"}\n```")]
    [InlineData("{\"name\": \"A\", \"version\": 1}")]
    [InlineData("[x] done\n[read_files(a)]\n[1, 2]\n[]")]
    [InlineData("{\n")]
    [InlineData("``")]
    [InlineData("<tool")]
    [InlineData("```csharp\nvar text = \"<tool_call>{}</tool_call>\";\n```")]
    public void Text_stays_text(string written) => Check(written, written);

    [Theory]
    [InlineData("""<tool_call>{"name": "read_file", "arguments": {"path": }}</tool_call>""", "«read_file! could not be read»")]
    [InlineData(
        """<tool_call>{"name": "rm", "arguments": {}}</tool_call>""",
        "«rm! There is no tool named 'rm'. There are: read_file, find_symbol.»")]
    [InlineData(
        """<tool_call>{"name": "read_file", "arguments": {"line": "x"}}</tool_call>""",
        "«read_file! 'line' must be integer. 'path' is missing.»")]
    [InlineData("<tool_call>I do not know</tool_call>", "«unknown! could not be read»")]
    [InlineData("""{"name": "read_file", "arguments": {"path": }}""", "«read_file! could not be read»")]
    public void A_faulty_call_carries_its_error(string written, string expected) => Check(written, expected);

    [Theory]
    [InlineData("""<tool_call>{"name": "read_file", "arguments": {"path": "a""", "«read_file! cut off by the token limit»")]
    [InlineData("{\"tool\": \"read_file\", \"arguments\": {\"path\": \"a", "«read_file! cut off by the token limit»")]
    [InlineData("```json\n{\"tool\": \"read_file\", \"arguments\": {\"path\": \"a", "«read_file! cut off by the token limit»")]
    public void A_cut_call_carries_its_error(string written, string expected) => Check(written, expected, wasCut: true);

    [Fact]
    public void Text_streams_as_soon_as_it_cannot_become_a_call()
    {
        var reader = new TextCalls(OfferedTools.Of(Options));
        Assert.Equal("a ", Shown(reader.Feed("a ")));
        Assert.Equal("", Shown(reader.Feed("<tool_c")));
        Assert.Equal("<tool_cabinet", Shown(reader.Feed("abinet")));
        Assert.Equal("\n", Shown(reader.Feed("\n{ \"na")));
        Assert.Equal("{ \"nature", Shown(reader.Feed("ture")));
    }

    /// <summary>A degenerate answer must not overflow the stack.</summary>
    [Theory]
    [InlineData("[read_file(path=", "[", ")]", "[read_file(path=")]
    [InlineData("<tool_call>", """{"name":"read_file","arguments":{"path":"a.cs"}}""", "</tool_call>", "«read_file")]
    public void A_very_deep_or_long_answer_is_read_to_its_end(string open, string part, string close, string shown)
    {
        var reader = new TextCalls(OfferedTools.Of(Options));
        var text = open + string.Concat(Enumerable.Repeat(part, 20_000)) + close;
        var answer = Shown(reader.Feed(text)) + Shown(reader.End(wasCut: false));
        Assert.StartsWith(shown, answer, StringComparison.Ordinal);
    }

    private static ChatOptions Options => new() { Tools = [ChatServer.ReadFile, ChatServer.FindSymbol] };

    private static void Check(string written, string expected, bool wasCut = false)
    {
        foreach (var size in (int[])[written.Length, 1, 2, 3, 7])
        {
            var reader = new TextCalls(OfferedTools.Of(Options));
            var pieces = written.Chunk(size).Select(piece => Shown(reader.Feed(new string(piece))));
            var shown = string.Concat(pieces) + Shown(reader.End(wasCut));
            Assert.Equal(expected, shown.Replace("}{", ""));
        }
    }

    internal static string Shown(IEnumerable<AIContent> contents) => string.Concat(contents.Select(content => content switch
    {
        TextContent text => text.Text,
        TextReasoningContent thinking => $"{{{thinking.Text}}}",
        FunctionCallContent { Exception: { } error } call => $"«{call.Name}! {Short(error.Message)}»",
        FunctionCallContent call => $"«{call.Name} {FunctionContentText.ArgumentsOf(call)}»",
        _ => "?",
    }));

    /// <summary>The part of an error message that identifies the fault.</summary>
    private static string Short(string words) =>
        ((string[])["could not be read", "cut off by the token limit"])
            .FirstOrDefault(part => words.Contains(part, StringComparison.Ordinal))
        ?? words[(words.IndexOf("do not fit: ", StringComparison.Ordinal) is >= 0 and var at ? at + "do not fit: ".Length : 0)..];
}
