using System.Text.RegularExpressions;

namespace Assistant.Models.Routing;

/// <summary>
/// What somebody who chats wants, from the words alone, in English and German: good enough to choose a model, since a wrong guess only
/// means that another model answers. The first row that matches wins.
/// </summary>
public static class ChatKind
{
    private const int Looked = 500;

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private static readonly (Regex Words, ModelTask Task)[] Table =
    [
        Row(@"\bcommit[- ]?(message|nachricht|text|beschreibung)|\b(describe|summari[sz]e|beschreib\w*|fass\w*) .*\b(staged|diff|commits?)\b", ModelTask.CommitMessage),
        Row(@"\bcode[- ]?review|\breview (this|my|the|it|these|that|pull|pr\b|changes)|\b(überprüf|ueberpruef|begutacht|prüf|pruef|reviewe?)\w*\b.*\b(code|klasse|methode|änderung\w*|aenderung\w*|datei|das|ihn|diff|pull request)|\b(look|check|schau|sieh)\b.*\b(for (bugs|problems|mistakes|issues)|nach fehlern|auf fehler|drüber|drueber)|\bany (bugs|problems|issues) in\b|\bwhat('s| is) wrong with my (code|approach|design)", ModelTask.Review),
        Row(@"\b(unit|integration|xunit|nunit|mstest|regression)[- ]?tests?\b|\b(write|add|create|generate|need|missing|more|schreib\w*|erstell\w*|erzeug\w*|ergänz\w*|ergaenz\w*|fehlen\w*)\b.*\b(tests?|testf[aä]lle?n?|test ?cases?)\b|\b(cover|teste?) (this|that|the|diese\w*|die|das) (method|class|function|methode|klasse|funktion)", ModelTask.Test),
        Row(@"\b(xml[- ]?)?doc(s|[- ]?comments?|umentation|umentations?[- ]?kommentare?)\b.*\b(for|to|of|on|für|fuer|zu)\b|\b(document|dokumentier\w*|kommentier\w*)\b|\b(add|write|schreib\w*|ergänz\w*|ergaenz\w*)\b.*\b(doc ?strings?|comments?|kommentare?|documentation|dokumentation|summary)\b", ModelTask.Document),
        Row(@"\b(explain|erklär\w*|erklaer\w*|erläuter\w*|erlaeuter\w*)\b|\bwhat (does|do|is) (this|that|the|it|these)\b.*\b(do|does|for|mean|code|method|class|function|line)\b|\bwas (macht|tut|bedeutet|passiert)\b|\bwie funktioniert\b|\bhow (does|do) (this|that|it|the|these)\b.*\bworks?\b|\bwhy (does|is|do|are) (this|that|it|the|these)\b|\bwarum (ist|wird|macht|steht|geht|wirft|gibt)\b|\bwalk me through\b|\bwozu (dient|ist|brauch)", ModelTask.Explain),
        Row(@"```|[{};]\s*$|\w+\(\)|\w\.\w+\(|\b\w+\.(cs|csproj|slnx?|razor|json|xml)\b|\b[A-Z][a-z0-9]+[A-Z]\w*", ModelTask.ChatCoding, RegexOptions.CultureInvariant | RegexOptions.Multiline),
        Row(@"\b(code|coden|class|klasse|methods?|methoden?|functions?|funktion\w*|interface|schnittstelle|struct|enum|record|property|properties|eigenschaft\w*|constructor|konstruktor|namespace|async|await|linq|nuget|ef core|asp\.?net|blazor|roslyn|api|endpoint|controller|regex|sql|query|abfrage|exception|ausnahme|stack ?trace|null|compil\w+|kompilier\w*|übersetz\w*fehler|build|bug|refactor\w*|refaktorier\w*|implement\w*|implementier\w*|rename|benenne|umbenenn\w*|extract|loop|schleife|list|liste|dictionary|array|string|generics?|generisch\w*|thread|lock|solution|projekt|project|variable\w*|parameter\w*|parse|serialize\w*|serialisier\w*|c#|\.net|dotnet|csharp)\b|c#|\.net\b", ModelTask.ChatCoding),
    ];

    /// <returns>One of the tasks that a chat can be; <see cref="ModelTask.ChatGeneral"/> where nothing tells.</returns>
    public static ModelTask Of(string text)
    {
        // What is wanted is said first or last; between them stands what was pasted, which may be long.
        var told = text.Length <= 2 * Looked ? text : $"{text.AsSpan(0, Looked)}\n{text.AsSpan(text.Length - Looked)}";
        return Table.FirstOrDefault(row => row.Words.IsMatch(told)) is { Words: not null } row ? row.Task : ModelTask.ChatGeneral;
    }

    private static (Regex, ModelTask) Row(string words, ModelTask task, RegexOptions options = Options) => (new Regex(words, options), task);
}
