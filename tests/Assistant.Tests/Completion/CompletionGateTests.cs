using Assistant.Completion;
using Assistant.Settings;

namespace Assistant.Tests.Completion;

public sealed class CompletionGateTests
{
    private static readonly CompletionSettings Settings = AssistantSettings.Defaults.Completion;

    [Theory]
    [InlineData("foo$$", CompletionTrigger.Automatic, null)]
    [InlineData("foo$$bar", CompletionTrigger.Automatic, NoSuggestionReason.InWord)]
    [InlineData("foo$$bar", CompletionTrigger.Invoked, null)]
    [InlineData("foo$$(bar)", CompletionTrigger.Automatic, null)]
    [InlineData("// a comm$$", CompletionTrigger.Automatic, null)]
    [InlineData("var a = \"te$$\";", CompletionTrigger.Automatic, null)]
    public void The_rest_of_a_word_refuses_automatic_queries_only(string marked, CompletionTrigger trigger, NoSuggestionReason? reason) =>
        Check(reason, marked, trigger, Settings);

    [Fact]
    public void Disabled_completion_refuses_invoked_queries_too()
    {
        Check(NoSuggestionReason.Disabled, "foo$$", CompletionTrigger.Invoked, Settings with { Enabled = false });
        Check(NoSuggestionReason.LanguageDisabled, "foo$$", CompletionTrigger.Invoked, Settings with { DisabledLanguages = ["CSharp"] });
    }

    [Theory]
    [InlineData("**/*.Designer.cs", "/w/a/Form.Designer.cs", true)]
    [InlineData("secrets/**", "/w/secrets/x/Key.cs", true)]
    [InlineData("secrets/**", "/w/src/Key.cs", false)]
    public void An_excluded_file_is_refused(string glob, string path, bool excluded) =>
        Check(
            excluded ? NoSuggestionReason.FileExcluded : null, "foo$$", CompletionTrigger.Invoked, Settings with { ExcludedFiles = [glob] },
            path);

    [Theory]
    [InlineData("/w/appsettings.Development.json", NoSuggestionReason.FileSecret)]
    [InlineData("/w/.env", NoSuggestionReason.FileSecret)]
    [InlineData("/w/.git/config", NoSuggestionReason.FileDenied)]
    [InlineData("/w/.envReader.cs", null)]
    public void A_secret_file_is_refused_even_if_invoked(string path, NoSuggestionReason? reason) =>
        Check(reason, "foo$$", CompletionTrigger.Invoked, Settings, path);

    private static void Check(
        NoSuggestionReason? reason, string marked, CompletionTrigger trigger, CompletionSettings settings, string path = "/w/C.cs")
    {
        var query = MarkedQuery.Of(marked, trigger, "file://" + path, ["/w"], AssistantSettings.Defaults with { Completion = settings });
        Assert.Equal(reason, CompletionGate.Refusal(query, settings)?.Reason);
    }
}
