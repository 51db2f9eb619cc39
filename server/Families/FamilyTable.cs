using System.IO.Enumeration;

namespace Assistant.Families;

/// <summary>
/// Maps a model to its family: by the user's rules first, then by <see cref="ModelFamilies"/>. A rule maps an id, with <c>*</c> for any
/// text, to a family's name.
/// </summary>
public sealed class FamilyTable
{
    private readonly (string Glob, ModelFamily Family)[] own;

    /// <param name="rules">Id → family; rules with a <see cref="Problem"/> are ignored.</param>
    public FamilyTable(IReadOnlyDictionary<string, string> rules)
    {
        own =
        [
            .. from rule in rules
               where Problem(rule.Key, rule.Value) is null
               // Ids without `*` take precedence, then longer ones.
               orderby rule.Key.Contains('*'), rule.Key.Length descending
               select (rule.Key, ModelFamilies.Named(rule.Value)!),
        ];
    }

    /// <summary>The table without a user's rules.</summary>
    public static FamilyTable BuiltIn { get; } = new(new Dictionary<string, string>());

    /// <summary>The error of a rule, in a sentence that names the allowed values; null for a valid rule.</summary>
    public static string? Problem(string glob, string family) =>
        string.IsNullOrWhiteSpace(glob) ? "a model's id is empty; it needs an id, or a part of it with * for any text."
        : ModelFamilies.Named(family) is null
            ? $"\"{glob}\" is said to be of the family \"{family}\", which is not known; allowed are "
                + $"{string.Join(", ", ModelFamilies.Names.Order(StringComparer.Ordinal))}."
        : null;

    /// <summary>The family of the first name that has one; <see cref="ModelFamilies.Unknown"/> where none has.</summary>
    /// <param name="names">The model's id, and its other names: a key, a file.</param>
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

    // A rule matches the server's id, or the id without its packaging.
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
