using Assistant.Basics;
using Assistant.Completion;
using Assistant.ModelServers.Endpoints;
using Assistant.Patterns;
using Assistant.Routing.Scheduling;
using Assistant.Settings;
using Assistant.Tests.Usage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Completion;

/// <summary>Ghost text around a scripted model and a scripted verifier, on a clock that the test moves.</summary>
public abstract class CompletionScene
{
    protected const string Hole = "class C\n{\n    int Sum(int a, int b)\n    {\n        return $$\n    }\n}\n";

    protected const string BlockHole = "class C\n{\n    void M(int[] xs)\n    {\n        $$\n    }\n}\n";

    private readonly PatternIndex patterns = new();

    protected CompletionScene()
    {
        Scheduler = new Scheduler(new EndpointRegistry(Clock, NullLogger.Instance, NullAuditLog.Instance), Clock);
        Completion = new InlineCompletion(Fim, Fim, Scheduler, patterns, Verifier, Clock, NullLogger<InlineCompletion>.Instance, Records);
    }

    protected InlineCompletion Completion { get; }

    protected CompletionSettings Settings { get; set; } = AssistantSettings.Defaults.Completion with { Debounce = TimeSpan.Zero };

    private protected FakeClock Clock { get; } = new();

    private protected ScriptedFim Fim { get; } = new();

    private protected ScriptedVerifier Verifier { get; } = new();

    private protected ListedRecords Records { get; } = new();

    private protected Scheduler Scheduler { get; }

    /// <summary>Fills Patterns with four files that agree, and gives a text with a caret and the suggestion for it.</summary>
    protected (string Text, string Shown) LearnPattern()
    {
        var body = "class A{0}\n{{\n    int Run(int left, int right)\n    {{\n        var total = left + right;\n"
            + "        Console.WriteLine(total);\n        return total;\n    }}\n}}\n";
        for (var i = 0; i < 4; i++)
        {
            patterns.Update($"/a{i}.cs", string.Format(body, i));
        }
        var text = string.Format(body, 9).Replace("Console.WriteLine(total);", "Console.$$");
        var around = text.Split("$$") is [var before, var after] ? new TextAround(before, after) : throw new ArgumentException(text);
        var suggestion = patterns.Suggest("/nine.cs", around, new PatternRules(Settings.Blocks, Settings.MaxLines)).Suggestion;
        Assert.NotNull(suggestion);
        return (text, suggestion.Text);
    }

    protected Task<CompletionAnswer> AskAsync(string marked, CancellationToken token = default) =>
        Completion.SuggestAsync(MarkedQuery.Of(marked), Settings, token);

    protected static async Task CheckAsync(Task<CompletionAnswer> answer, string shown, string replaced = "")
    {
        var suggestion = Assert.IsType<Suggestion>(await answer.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System));
        Assert.Equal(shown, suggestion.Text);
        Assert.Equal(replaced.Length, suggestion.End - suggestion.Start);
    }
}
