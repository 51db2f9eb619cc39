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
    public void A_words_tail_gets_nothing_unless_asked_for(string marked, CompletionTrigger trigger, NoSuggestionReason? reason) =>
        Check(reason, marked, trigger, Settings);

    [Fact]
    public void What_is_switched_off_gets_nothing_even_if_asked_for()
    {
        Check(NoSuggestionReason.Disabled, "foo$$", CompletionTrigger.Invoked, Settings with { Enabled = false });
        Check(NoSuggestionReason.LanguageDisabled, "foo$$", CompletionTrigger.Invoked, Settings with { DisabledLanguages = ["CSharp"] });
    }

    [Theory]
    [InlineData("**/*.Designer.cs", "/w/a/Form.Designer.cs", true)]
    [InlineData("secrets/**", "/w/secrets/x/Key.cs", true)]
    [InlineData("secrets/**", "/w/src/Key.cs", false)]
    public void An_excluded_file_gets_nothing(string glob, string path, bool excluded) =>
        Check(excluded ? NoSuggestionReason.FileExcluded : null, "foo$$", CompletionTrigger.Invoked, Settings with { ExcludedFiles = [glob] }, path);

    [Theory]
    [InlineData("/w/appsettings.Development.json", NoSuggestionReason.FileSecret)]
    [InlineData("/w/.env", NoSuggestionReason.FileSecret)]
    [InlineData("/w/.git/config", NoSuggestionReason.FileDenied)]
    [InlineData("/w/.envReader.cs", null)]
    public void A_secret_file_gets_nothing_even_if_asked_for(string path, NoSuggestionReason? reason) =>
        Check(reason, "foo$$", CompletionTrigger.Invoked, Settings, path);

    private static void Check(
        NoSuggestionReason? reason, string marked, CompletionTrigger trigger, CompletionSettings settings, string path = "/w/C.cs")
    {
        var query = MarkedQuery.Of(marked, trigger, "file://" + path, ["/w"], AssistantSettings.Defaults with { Completion = settings });
        Assert.Equal(reason, CompletionGate.Refusal(query, settings)?.Reason);
    }
}
