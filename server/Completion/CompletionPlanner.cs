using Assistant.Families;
using Assistant.Inference.Fim;
using Assistant.Prompts;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Shaping;

namespace Assistant.Completion;

/// <summary>Makes the plan of a generation from a query: window, prompt, shape rules. Keeps each document's window, so that typing only appends.</summary>
internal sealed class CompletionPlanner
{
    private const int MostWindows = 50;

    /// <summary>For looking at prompts where no server answers: the family that most people run for this.</summary>
    public static ModelRoute AssumedRoute { get; } = new(
        EndpointSettings.At("none", new Uri("http://127.0.0.1")), EndpointKind.LlamaCpp, "qwen2.5-coder", ModelFamilies.Of("qwen2.5-coder"),
        ContextTokens: 4096, Grammar: true, KeepsFirstSpace: true, ChatFallback: false);

    private readonly object gate = new();
    private readonly Dictionary<string, PromptWindow> windows = [];

    /// <param name="asTyped">The answer that was asked from the start of the name disagreed with what is typed: this time the prompt holds it.</param>
    public GenerationPlan Plan(CompletionQuery query, ModelRoute route, CompletionSettings settings, TimeSpan pause, bool asTyped)
    {
        var text = query.Continued;
        var blocks = settings.Blocks && text.LineAfter.Trim(" \t)]};\"'>,").IsEmpty;
        // A quarter of a small context at most.
        var maxTokens = Math.Min(MaxTokens(blocks, settings), route.ContextTokens / 4);
        var window = Window(query).Within(route.ContextTokens - maxTokens - (route.ChatFallback ? ChatHolePrompts.RuleTokens : 0));
        if (route.ChatFallback)
        {
            var hole = ChatHolePrompts.Build(window);
            return PlanOf(new FimPrompt(hole.User, "", null, [], FimLayout.Usual), new ChatHole(hole.System, hole.User));
        }
        return PlanOf(
            asTyped ? FimPrompts.BuildAsTyped(window, route.Family) : FimPrompts.Build(window, route.Family, new PromptAbilities(route.Grammar)),
            hole: null);

        GenerationPlan PlanOf(FimPrompt prompt, ChatHole? hole)
        {
            var rules = new ShapeRules(
                prompt.TakenBack,
                MultiLine: blocks,
                MaxLines: settings.MaxLines,
                Markers: route.Family.Fim?.Markers ?? [],
                FirstSpaceMayBeLost: !route.KeepsFirstSpace,
                NewLine: text.Before.Contains("\r\n") ? "\r\n" : "\n");
            var request = new FimRequest(prompt.Text, prompt.Stops, maxTokens, Temperature: 0, prompt.Grammar, hole);
            var origin = new AnswerOrigin(query.Uri, text.Before[..^prompt.TakenBack.Length], text.After);
            return new GenerationPlan(origin, query, route, prompt, request, rules, pause);
        }
    }

    // About 16 tokens a line of C#; a single line may be a long one.
    private static int MaxTokens(bool blocks, CompletionSettings settings) => blocks ? Math.Clamp(settings.MaxLines * 16, 64, 512) : 64;

    private PromptWindow Window(CompletionQuery query)
    {
        lock (gate)
        {
            var window = PromptWindow.Next(windows.GetValueOrDefault(query.Uri), query.Continued);
            if (windows.Count >= MostWindows && !windows.ContainsKey(query.Uri))
            {
                windows.Clear();
            }
            return windows[query.Uri] = window;
        }
    }
}
