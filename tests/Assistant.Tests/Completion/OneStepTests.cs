using System.Reflection;
using Assistant.Completion;
using Assistant.Lsp.Protocol;
using Assistant.Routing;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assistant.Tests.Completion;

/// <summary>Every shown text of any source passed the step candidate → shape → verdict → suggestion.</summary>
public sealed class OneStepTests : CompletionScene
{
    [Fact]
    public async Task A_whole_answer_passes_the_step()
    {
        Verifier.Rejects = text => text == "a + b;";
        var answer = AskAsync(Hole);
        (await Fim.NextAsync()).Say("a + b;\n");
        Assert.Contains("the test rejects it", Withheld(await answer));
    }

    [Fact]
    public async Task A_first_line_passes_the_step_or_the_query_waits_for_the_whole_answer()
    {
        Verifier.Rejects = text => !text.Contains("Use(x)");
        var answer = AskAsync(BlockHole);
        var request = await Fim.NextAsync();
        await request.SaidAsync("foreach (var x in xs)\n");
        Clock.Advance(TimeSpan.FromMilliseconds(400));
        request.Say("        {\n            Use(x);\n        }\n");
        request.End();
        await CheckAsync(answer, "foreach (var x in xs)\n        {\n            Use(x);\n        }");
    }

    [Fact]
    public async Task A_later_part_is_announced_only_after_the_step()
    {
        Verifier.Rejects = text => text.Contains("Use(x)");
        var better = new List<BetterAnswer>();
        Completion.BetterFound += better.Add;
        var answer = AskAsync(BlockHole);
        var request = await Fim.NextAsync();
        await request.SaidAsync("foreach (var x in xs)\n");
        Clock.Advance(TimeSpan.FromMilliseconds(400));
        Assert.True(Assert.IsType<Suggestion>(await answer).Partial);
        request.Say("        {\n            Use(x);\n        }\n");
        request.End();
        await request.ClosedAsync();
        await Verifier.AskedAsync(text => text.Contains("Use(x)"));
        Assert.Empty(better);
        await CheckAsync(AskAsync(BlockHole), "foreach (var x in xs)");
    }

    [Fact]
    public async Task Patterns_pass_the_step()
    {
        var (text, shown) = LearnPattern();
        Verifier.Rejects = draft => draft == shown;
        Fim.Status = Fim.Status with { State = ModelState.Down };
        Assert.Equal(NoSuggestionReason.NoModel, Assert.IsType<NoSuggestion>(await AskAsync(text)).Reason);
        Assert.Contains(shown, Verifier.Drafts);
    }

    [Fact]
    public async Task A_known_answer_passes_the_step_again()
    {
        var answer = AskAsync(Hole);
        (await Fim.NextAsync()).Say("a + b;\n");
        await CheckAsync(answer, "a + b;");
        Verifier.Rejects = text => text == " + b;";
        var second = AskAsync(Hole.Replace("$$", "a$$"));
        (await Fim.NextAsync()).Say("a * b;\n");
        await CheckAsync(second, " * b;");
    }

    [Fact]
    public async Task A_query_waits_for_a_slow_verdict()
    {
        var verdict = Verifier.Hold();
        var answer = AskAsync(Hole);
        (await Fim.NextAsync()).Say("a + b;\n");
        await Verifier.AskedAsync(text => text == "a + b;");
        Assert.False(answer.IsCompleted);
        verdict.SetResult();
        await CheckAsync(answer, "a + b;");
    }

    [Fact]
    public void A_suggestion_has_no_other_constructor()
    {
        Assert.Empty(typeof(Suggestion).GetConstructors());
        var setters = typeof(Suggestion).GetProperties().Where(
            property => property.DeclaringType == typeof(Suggestion) && property.SetMethod is not null);
        Assert.Empty(setters.Select(property => property.Name));
        var makers = typeof(Suggestion).GetMethods(
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName && !method.Name.Contains('<'));
        Assert.Equal([nameof(Suggestion.FromAsync)], makers.Select(method => method.Name));
    }

    [Fact]
    public void A_handler_makes_items_of_suggestions_only()
    {
        var makers = Directory.EnumerateFiles(Path.Combine(Repository.Root, "server"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(
                file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes()
                    .OfType<BaseObjectCreationExpressionSyntax>())
            .Where(made => made is ObjectCreationExpressionSyntax
            {
                Type: IdentifierNameSyntax { Identifier.Text: nameof(InlineCompletionItem) },
            })
            .Select(made => made.FirstAncestorOrSelf<MethodDeclarationSyntax>()!)
            .ToArray();
        var maker = Assert.Single(makers);
        Assert.Contains(maker.ParameterList.Parameters, parameter => parameter.Type?.ToString() == nameof(Suggestion));
    }

    private static string Withheld(CompletionAnswer answer)
    {
        var none = Assert.IsType<NoSuggestion>(answer);
        Assert.Equal(NoSuggestionReason.Withheld, none.Reason);
        return none.Detail;
    }
}
