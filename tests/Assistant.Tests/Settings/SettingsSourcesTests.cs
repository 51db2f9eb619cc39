using System.Text;
using Assistant.Settings;

namespace Assistant.Tests.Settings;

public sealed class SettingsSourcesTests
{
    [Fact]
    public void With_nothing_said_the_default_ports_are_looked_at()
    {
        var (settings, warnings) = Resolve();
        Assert.Equal([1234, 8080, 11434, 8000], settings.Endpoints.Select(endpoint => endpoint.BaseUrl.Port));
        Assert.All(settings.Endpoints, endpoint => Assert.True(endpoint.Discovered));
        Assert.Empty(warnings);
    }

    [Fact]
    public void Command_line_beats_client_beats_environment_beats_user_file()
    {
        const string user = """{"completion":{"model":"u","maxLines":1,"debounce":5}, "endpoints":[{"name":"u","baseUrl":"http://h:1/v1"}]}""";
        Dictionary<string, string> environment = new() { ["LMSTUDIO_MODEL"] = "e", ["LM_STUDIO_BASE_URL"] = "http://localhost:1234" };
        const string client = """{"completion":{"maxLines":3,"model":"c"}}""";
        const string line = """{"completion":{"model":"l"}}""";

        Assert.Equal("u", Resolve(user: user).Settings.Completion.Model);
        Assert.Equal("e", Resolve(environment, user).Settings.Completion.Model);
        Assert.Equal("c", Resolve(environment, user, client: client).Settings.Completion.Model);
        var all = Resolve(environment, user, client: client, commandLine: line).Settings;
        Assert.Equal("l", all.Completion.Model);
        Assert.Equal(3, all.Completion.MaxLines);
        Assert.Equal(TimeSpan.FromMilliseconds(5), all.Completion.Debounce);
        Assert.Equal("http://127.0.0.1:1234/v1/", Assert.Single(all.Endpoints).BaseUrl.ToString());
    }

    [Fact]
    public void Nulls_in_lists_are_no_crash()
    {
        var (settings, _) = Resolve(user: """{"endpoints":[null,{"baseUrl":"http://h:1/v1"}],"completion":{"disabledLanguages":[null],"preferredModels":[null]}}""");
        Assert.Equal(1, Assert.Single(settings.Endpoints).BaseUrl.Port);
    }

    [Theory]
    [InlineData("openai_compatible", EndpointKind.OpenAi)]
    [InlineData("openai-compatible", EndpointKind.OpenAi)]
    [InlineData("OpenAI", EndpointKind.OpenAi)]
    [InlineData("LM-Studio", EndpointKind.LmStudio)]
    [InlineData("llama.cpp", EndpointKind.LlamaCpp)]
    [InlineData("mlx_lm", EndpointKind.Mlx)]
    public void Kind_names_match_without_regard_to_case_and_dashes(string name, EndpointKind kind)
    {
        Assert.True(EndpointKinds.TryParse(name, out var parsed));
        Assert.Equal(kind, parsed);
    }

    [Theory]
    [InlineData("""{"endpoints":[{"name":"evil","baseUrl":"http://evil.example/v1"}]}""", "endpoints")]
    [InlineData("""{"completion":{"model":"other"}}""", "completion.model")]
    [InlineData("""{"workspace":{"projectCode":true}}""", "workspace.projectCode")]
    [InlineData("""{"privacy":{"allowRemote":["x"]}}""", "privacy")]
    [InlineData("""{"completion":{"enabled":true,"maxLines":99,"blocks":true,"patterns":true}}""", null)]
    public void A_workspace_widens_nothing(string workspace, string? named)
    {
        const string user = """{"completion":{"enabled":false,"maxLines":2,"blocks":false,"patterns":false},"workspace":{"projectCode":false}}""";
        var (alone, _) = Resolve(user: user);
        var (settings, warnings) = Resolve(user: user, workspace: workspace);
        Assert.Equivalent(alone, settings, strict: true);
        if (named is null)
        {
            Assert.Empty(warnings);
        }
        else
        {
            Assert.Contains(named, Assert.Single(warnings));
        }
    }

    [Fact]
    public void A_workspace_may_narrow()
    {
        var (settings, warnings) = Resolve(
            workspace: """{"completion":{"enabled":false,"disabledLanguages":["razor"],"maxLines":1,"excludedFiles":["**/*.Designer.cs"]},"workspace":{"projectCode":false}}""");
        Assert.Empty(warnings);
        Assert.False(settings.Completion.Enabled);
        Assert.Equal(["razor"], settings.Completion.DisabledLanguages);
        Assert.Equal(1, settings.Completion.MaxLines);
        Assert.Equal(["**/*.Designer.cs"], settings.Completion.ExcludedFiles);
        Assert.False(settings.Workspace.ProjectCode);
    }

    [Theory]
    [InlineData("""{"endpoints":[{"name":"a","baseUrl":"1234"}]}""", "no http(s) address")]
    [InlineData("""{"endpoints":[{"name":"a","baseUrl":"http://a/v1","kind":"gpt"}]}""", "allowed are auto")]
    [InlineData("""{"completions":{}}""", "\"completions\" is not known")]
    [InlineData("""{"completion":{"maxLines":0}}""", "allowed is 1 to 100")]
    public void What_cannot_be_used_is_said(string client, string words) =>
        Assert.Contains(words, Assert.Single(Resolve(client: client).Warnings));

    [Fact]
    public void A_broken_file_names_itself_and_the_line()
    {
        var error = Assert.Throws<SettingsException>(() => SettingsDocument.Parse("{\n\"completion\": 5\n}"u8, "here.json"));
        Assert.Contains("here.json, line 2", error.Message);
    }

    [Fact]
    public void A_key_comes_from_the_environment_and_is_not_printed()
    {
        var (settings, _) = Resolve(
            new() { ["MY_KEY"] = "secret" }, user: """{"endpoints":[{"name":"a","baseUrl":"http://a/v1","apiKeyVariable":"MY_KEY"}]}""");
        var endpoint = Assert.Single(settings.Endpoints);
        Assert.Equal("secret", endpoint.ApiKey);
        Assert.DoesNotContain("secret", endpoint.ToString());
    }

    private static (AssistantSettings Settings, IReadOnlyList<string> Warnings) Resolve(
        Dictionary<string, string>? environment = null, string? user = null, string? workspace = null, string? client = null, string? commandLine = null) =>
        new SettingsSources(environment ?? [], Parse(user), Parse(workspace), Parse(client), Parse(commandLine)).Resolve();

    private static SettingsDocument? Parse(string? json) =>
        json is null ? null : SettingsDocument.Parse(Encoding.UTF8.GetBytes(json), "test");
}
