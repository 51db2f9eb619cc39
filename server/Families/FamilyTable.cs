using System.IO.Enumeration;

namespace Assistant.Families;

/// <summary>
/// From a model to its family: the user's own rules first, then <see cref="ModelFamilies"/>. A rule goes from an id, with <c>*</c> for any
/// text, to a family's name.
/// </summary>
public sealed class FamilyTable
{
    private readonly (string Glob, ModelFamily Family)[] own;

    /// <param name="rules">Those with a <see cref="Problem"/> are left out.</param>
    public FamilyTable(IReadOnlyDictionary<string, string> rules)
    {
        own =
        [
            .. from rule in rules
               where Problem(rule.Key, rule.Value) is null
               // What is spelled out goes before what is not.
               orderby rule.Key.Contains('*'), rule.Key.Length descending
               select (rule.Key, ModelFamilies.Named(rule.Value)!),
        ];
    }

    /// <summary>Without a user's rules.</summary>
    public static FamilyTable BuiltIn { get; } = new(new Dictionary<string, string>());

    /// <summary>What is wrong with a rule, in a sentence that says what is allowed; null where nothing is.</summary>
    public static string? Problem(string glob, string family) =>
        string.IsNullOrWhiteSpace(glob) ? "a model's id is empty; it needs an id, or a part of it with * for any text."
        : ModelFamilies.Named(family) is null
            ? $"\"{glob}\" is said to be of the family \"{family}\", which is not known; allowed are {string.Join(", ", ModelFamilies.Names.Order(StringComparer.Ordinal))}."
        : null;

    /// <summary>The family of the first name that says one; <see cref="ModelFamilies.Unknown"/> where none does.</summary>
    /// <param name="names">The id, and what else names the model: a key, a file.</param>
    public ModelFamily Of(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (name is not null && Own(name) is { } family)
            {
                return family;
            }
        }
        foreach (var name in names)
        {
            if (name is not null && ModelFamilies.Of(name) is var family && family != ModelFamilies.Unknown)
            {
                return family;
            }
        }
        return ModelFamilies.Unknown;
    }

    // The id as the server gives it, and without what only names its packaging.
    private ModelFamily? Own(string name)
    {
        var bare = ModelFamilies.Normalise(name).Name;
        foreach (var (glob, family) in own)
        {
            if (FileSystemName.MatchesSimpleExpression(glob, name) || FileSystemName.MatchesSimpleExpression(glob, bare))
            {
                return family;
            }
        }
        return null;
    }
}
