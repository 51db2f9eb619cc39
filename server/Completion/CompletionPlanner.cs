using Assistant.Families;
using Assistant.Inference.Fim;
using Assistant.Prompts;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Shaping;

namespace Assistant.Completion;

/// <summary>Makes the plan of a generation from a query and its prompt window. A pure function.</summary>
internal static class CompletionPlanner
{
    /// <summary>The route of a preview without a server: the most common family for this task.</summary>
    public static ModelRoute AssumedRoute { get; } = new(
        EndpointSettings.At("none", new Uri("http://127.0.0.1")), EndpointKind.LlamaCpp, "qwen2.5-coder", ModelFamilies.Of("qwen2.5-coder"),
        ContextTokens: 4096, Grammar: true, KeepsFirstSpace: true, ChatFallback: false);

    /// <param name="whole">The window of the query's document, before it is cut to the model's context.</param>
    /// <param name="asTyped">
    /// True where the prompt holds the begun name, since an answer from the start of the name disagreed with it.
    /// </param>
    public static GenerationPlan Plan(
        CompletionQuery query, PromptWindow whole, ModelRoute route, CompletionSettings settings, TimeSpan pause, bool asTyped)
    {
        var text = query.Continued;
        var blocks = settings.Blocks && text.LineAfter.Trim(" \t)]};\"'>,").IsEmpty;
        // A quarter of a small context at most.
        var maxTokens = Math.Min(MaxTokens(blocks, settings), route.ContextTokens / 4);
        var window = whole.Within(route.ContextTokens - maxTokens - (route.ChatFallback ? ChatHolePrompts.RuleTokens : 0));
        if (route.ChatFallback)
        {
            var hole = ChatHolePrompts.Build(window);
            return PlanOf(new FimPrompt(hole.User, "", null, [], FimLayout.Usual), new ChatHole(hole.System, hole.User));
        }
        return PlanOf(
            asTyped
                ? FimPrompts.BuildAsTyped(window, route.Family)
                : FimPrompts.Build(window, route.Family, new PromptAbilities(route.Grammar)),
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
            return new GenerationPlan(origin, text, route, prompt, request, rules, pause);
        }
    }

    // About 16 tokens a line of C#; a single line may be a long one.
    private static int MaxTokens(bool blocks, CompletionSettings settings) => blocks ? Math.Clamp(settings.MaxLines * 16, 64, 512) : 64;
}
