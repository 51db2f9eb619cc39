using System.Text.Json;

namespace Assistant.Lsp.Protocol;

/// <summary>System.Text.Json refuses null for a field that has no place for it, but lets it through as an element of a list.</summary>
internal static class Present
{
    /// <exception cref="JsonException">An element is null.</exception>
    public static void All<T>(IReadOnlyList<T>? list)
        where T : class
    {
        if (list?.Contains(null) == true)
        {
            throw new JsonException($"A list of {typeof(T).Name} has no place for null.");
        }
    }
}
