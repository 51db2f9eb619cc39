using Assistant.Basics;
using Assistant.Inference.Fim;
using Assistant.Prompts;
using Assistant.Routing;
using Assistant.Shaping;

namespace Assistant.Completion;

/// <summary>Everything that a generation needs before it starts. It holds no snapshot, so that a plan keeps no solution alive.</summary>
/// <param name="Text">The document around the caret, with the selected IntelliSense entry in place.</param>
/// <param name="Rules">The shaping rules that stop the stream, for the place at which the answer begins.</param>
/// <param name="Pause">The debounce before the request.</param>
internal sealed record GenerationPlan(
    AnswerOrigin Origin, TextAround Text, ModelRoute Route, FimPrompt Prompt, FimRequest Request, ShapeRules Rules, TimeSpan Pause);
