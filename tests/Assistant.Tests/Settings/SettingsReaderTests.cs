using System.Text;
using Assistant.Settings;

namespace Assistant.Tests.Settings;

public sealed class SettingsReaderTests
{
    [Theory]
    [InlineData(
        "{\n\"completion\": 5\n}",
        "me.json, line 2: \"completion\" is a number; allowed is an object. It has no effect until it is fixed.")]
    [InlineData(
        "{\"completion\":{\n\"maxLines\": 0}}",
        "me.json, line 2: \"completion.maxLines\" is 0; allowed is a whole number, 1 to 100. It has no effect until it is fixed.")]
    [InlineData(
        "{\"completion\":{\"maxLines\":1.5}}",
        "me.json, line 1: \"completion.maxLines\" is 1.5; allowed is a whole number, 1 to 100. It has no effect until it is fixed.")]
    [InlineData(
        "{\"completion\":{\"enabled\":\"no\"}}",
        "me.json, line 1: \"completion.enabled\" is a text; allowed is true or false. It has no effect until it is fixed.")]
    [InlineData(
        "{\"completion\":{\"debounce\":1e999}}",
        "me.json, line 1: \"completion.debounce\" is Infinity; allowed is a number, 0 to 5000. It has no effect until it is fixed.")]
    [InlineData(
        "{\"privacy\":{\"allowRemote\":\"x\"}}",
        "me.json, line 1: \"privacy.allowRemote\" is a text; allowed is a list of texts. It has no effect until it is fixed.")]
    [InlineData(
        "{\"endpoints\":[\n{\"baseUrl\":\"http://a/v1\",\n\"kind\":\"gpt\"}]}",
        "me.json, line 3: \"endpoints[0].kind\" is \"gpt\"; allowed is one of auto, lmstudio, mlx, llamacpp, ollama, vllm, openai. "
        + "It has no effect until it is fixed.")]
    [InlineData(
        "{\"endpoints\":[{\"name\":\"a\"}]}",
        "me.json, line 1: \"endpoints[0]\" has no \"baseUrl\"; an http(s) address, such as http://127.0.0.1:1234/v1 is needed. "
        + "It has no effect until it is fixed.")]
    [InlineData(
        "{\"records\":{\"otlpEndpoint\":\"ftp://a\"}}",
        "me.json, line 1: \"records.otlpEndpoint\" is \"ftp://a\"; allowed is an http(s) address, such as "
        + "http://127.0.0.1:1234/v1. It has no effect until it is fixed.")]
    [InlineData("[]", "me.json, line 1: the whole is a list; allowed is an object. It has no effect until it is fixed.")]
    public void A_problem_names_file_line_and_allowed_values(string json, string message) => Check(json, message);

    [Theory]
    [InlineData("{\"completions\":{}}", "\"completions\" is not known and has no effect; did you mean \"completion\"?")]
    [InlineData("{\"completion\":{\"maxLine\":1}}", "\"completion.maxLine\" is not known and has no effect; did you mean \"maxLines\"?")]
    [InlineData(
        "{\"endpoints\":[{\"baseUrl\":\"http://a/v1\",\"apiKey\":\"sk-1\"}]}",
        "\"endpoints[0].apiKey\" is not known and has no effect; did you mean \"apiKeyVariable\"?")]
    [InlineData(
        "{\"models\":{\"preferences\":{\"completoin\":[]}}}",
        "\"models.preferences.completoin\" is not known and has no effect; did you mean \"completion\"?")]
    [InlineData(
        "{\"assistant.completion.maxLines\":1}",
        "\"assistant.completion.maxLines\" is not known and has no effect; did you mean \"completion.maxLines\", each part in its "
        + "own object?")]
    [InlineData(
        "{\"maxLines\":1}",
        "\"maxLines\" is not known and has no effect; did you mean \"completion.maxLines\", each part in its own object?")]
    [InlineData("{\"weather\":{}}", "\"weather\" is not known and has no effect.")]
    public void An_unknown_name_is_reported_with_the_nearest_known_one(string json, string message) =>
        Check(json, $"me.json, line 1: {message}");

    [Theory]
    [InlineData("{\n \"completion\": {\n \"maxLines\": 3,,\n} }", 3)]
    [InlineData("{", 1)]
    [InlineData("{} {}", 1)]
    public void Invalid_JSON_is_reported_with_its_line_and_the_settings_from_before_stay(string json, int line)
    {
        var before = Read("""{"completion":{"maxLines":5}}""");
        var document = Read(json, before);
        Assert.StartsWith($"me.json, line {line}: this is no JSON. ", Assert.Single(document.Problems));
        Assert.EndsWith("The settings from before stay until it is fixed.", document.Problems[0]);
        Assert.Equal(before.Completion, document.Completion);
    }

    [Fact]
    public void Invalid_JSON_at_the_start_has_the_same_problem_when_it_is_read_again()
    {
        var document = Read("{");
        Assert.EndsWith("These settings have no effect until it is fixed.", Assert.Single(document.Problems));
        Assert.Equal(document.Problems, Read("{", document).Problems);
    }

    [Fact]
    public void A_wrong_setting_keeps_its_value_from_before_and_the_rest_is_taken()
    {
        var before = Read(
            """{"completion":{"maxLines":5,"blocks":true},"endpoints":[{"baseUrl":"http://a/v1"},{"baseUrl":"http://b/v1"}]}""");
        var document = Read(
            """{"completion":{"maxLines":"x","blocks":false},"endpoints":[{"baseUrl":"http://c/v1"},{"baseUrl":"b"}]}""", before);
        Assert.Equal((5, false), (document.Completion!.MaxLines, document.Completion.Blocks));
        Assert.Equal(["http://a/v1", "http://b/v1"], document.Endpoints!.Select(endpoint => endpoint.BaseUrl));
        Assert.Equal(2, document.Problems.Count);
        var repaired = Read("""{"completion":{"blocks":false}}""", document);
        Assert.Empty(repaired.Problems);
        Assert.Null(repaired.Completion!.MaxLines);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("\uFEFF{}")]
    [InlineData("{\"$schema\":\"./x.json\",}")]
    [InlineData("// a comment\n{ /* and another */ \"completion\": null }")]
    [InlineData("{\"completion\":{\"debounce\":null}}")]
    [InlineData("{\"endpoints\":[{\"baseUrl\":\"http://a\",\"kind\":\"LM-Studio\"}]}")]
    public void Comments_and_trailing_commas_are_allowed(string json) => Assert.Empty(Read(json).Problems);

    [Fact]
    public void Half_a_character_is_no_crash() => Assert.NotEmpty(Read("""{"completion":{"model":"\ud800"}}""").Problems);

    [Fact]
    public void Passwords_in_addresses_are_not_shown() =>
        Assert.DoesNotContain("hunter2", string.Concat(Read("""{"endpoints":[{"baseUrl":"me:hunter2@host"}]}""").Problems));

    [Fact]
    public void The_editors_settings_have_no_lines_and_may_hold_the_extensions_own()
    {
        var document = SettingsDocument.Read(
            """{"server":{"path":"x"},"log":{"level":"trace"},"completion":{"maxLines":0}}"""u8.ToArray(), SettingsOrigin.Editor);
        Assert.StartsWith("editor settings: \"completion.maxLines\" is 0", Assert.Single(document.Problems));
    }

    private static void Check(string json, string message) => Assert.Equal(message, Assert.Single(Read(json).Problems));

    private static SettingsDocument Read(string json, SettingsDocument? before = null) =>
        SettingsDocument.Read(Encoding.UTF8.GetBytes(json), SettingsOrigin.UserFile("me.json"), before);
}
