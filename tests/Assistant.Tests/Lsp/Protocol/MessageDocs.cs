using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assistant.Tests.Lsp.Protocol;

/// <summary>The documentation comment of a message type in server/Lsp/Protocol, as plain text.</summary>
internal sealed partial class MessageDocs
{
    private static readonly Dictionary<string, TypeDeclarationSyntax> Declarations =
        Directory.GetFiles(Path.Combine(Repository.Root, "server", "Lsp", "Protocol"), "*.cs")
            .SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes())
            .OfType<TypeDeclarationSyntax>()
            .DistinctBy(type => type.Identifier.Text).ToDictionary(type => type.Identifier.Text);

    private readonly XmlElementSyntax[] elements;

    private MessageDocs(string type) => elements = Declarations.TryGetValue(type, out var declaration)
        ? [.. declaration.DescendantNodes(_ => true, descendIntoTrivia: true).OfType<XmlElementSyntax>()
            .Where(element => element.Parent is DocumentationCommentTriviaSyntax)]
        : [];

    public string Summary => Text(elements.FirstOrDefault(element => element.StartTag.Name.ToString() == "summary"));

    public static MessageDocs Of(string type) => new(type);

    /// <param name="name">In camel case, as on the wire.</param>
    public string Field(string name) => Text(elements.FirstOrDefault(element =>
        element.StartTag.Attributes.OfType<XmlNameAttributeSyntax>().Any(attribute =>
            JsonNamingPolicy.CamelCase.ConvertName(attribute.Identifier.ToString()) == name)));

    private static string Text(XmlElementSyntax? element)
    {
        var text = LineStart().Replace(element?.Content.ToString() ?? "", " ");
        text = Reference().Replace(text, match => $"`{JsonNamingPolicy.CamelCase.ConvertName(match.Groups[1].Value)}`");
        return CodeTag().Replace(text, "`").Trim();
    }

    [GeneratedRegex(@"\s*\n\s*///\s*")]
    private static partial Regex LineStart();

    [GeneratedRegex("<(?:paramref|see) (?:name|cref)=\"([^\"]+)\" ?/>")]
    private static partial Regex Reference();

    [GeneratedRegex("</?c>")]
    private static partial Regex CodeTag();
}
