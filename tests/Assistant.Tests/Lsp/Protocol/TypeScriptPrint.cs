using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Assistant.Completion;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.ModelServers.Catalogs;
using Assistant.Routing;
using Assistant.Workspace.Status;

namespace Assistant.Tests.Lsp.Protocol;

/// <summary>
/// The server's own messages (<c>assistant/...</c>) as TypeScript: an interface for each type, as <see cref="LspJson"/> has it,
/// and a table of the methods. A value that may be null may also be missing: the server reads both, and writes no nulls.
/// </summary>
internal sealed class TypeScriptPrint
{
    private const string OwnMethods = "assistant/";

    /// <summary>String fields whose values are the names of an enum, in camel case.</summary>
    private static readonly Dictionary<(Type Message, string Field), Type> Words = new()
    {
        [(typeof(AssistantStatusParams), "state")] = typeof(ModelState),
        [(typeof(AssistantStatusParams), "engine")] = typeof(Engine),
        [(typeof(AssistantStatusParams), "level")] = typeof(LoadLevel),
        [(typeof(ListedModel), "state")] = typeof(LoadState),
        [(typeof(ListedModel), "type")] = typeof(ModelType),
        [(typeof(DidAcceptParams), "engine")] = typeof(Engine),
    };

    private readonly SortedDictionary<string, string> types = new(StringComparer.Ordinal);
    private readonly HashSet<(Type, string)> usedWords = [];

    /// <summary>The names of our own methods, in the order of <see cref="Methods"/>.</summary>
    public static IEnumerable<string> MethodNames => OwnProperties().Select(method => method.Name);

    /// <summary>The whole file.</summary>
    public static string Print()
    {
        var print = new TypeScriptPrint();
        List<string> methods = [];
        foreach (var (property, name, side) in OwnProperties())
        {
            var kind = side.Length == 1 ? "NotificationType" : "RequestType";
            string[] arguments = side.Length == 1 ? [print.Named(side[0])] : [print.Named(side[0]), print.Result(side[1]), "void"];
            methods.Add($"  {CamelCase(property)}: new {kind}<{string.Join(", ", arguments)}>('{name}'),");
        }
        print.Named(LspJson.Default.InitializationOptions);
        Assert.Empty(Words.Keys.Except(print.usedWords));
        return $$"""
            // Generated from server/Lsp/Protocol: do not edit. TypeScriptPrintTests writes this file with ASSISTANT_PRINT_TYPES=1.
            import { NotificationType, RequestType } from 'vscode-languageclient';

            /** The server's own methods, each with the types of its params and its result; docs/lsp-extensions.md describes them. */
            export const methods = {
            {{string.Join('\n', methods)}}
            } as const;

            {{string.Join('\n', print.types.Values)}}
            """.ReplaceLineEndings("\n");
    }

    private static IEnumerable<(string Property, string Name, JsonTypeInfo[] Sides)> OwnProperties() =>
        from property in typeof(Methods).GetProperties(BindingFlags.Public | BindingFlags.Static)
        let method = property.GetValue(null)!
        let name = (string)Member(method, "Name")!
        where name.StartsWith(OwnMethods, StringComparison.Ordinal)
        select (property.Name, name, new[] { Member(method, "Params"), Member(method, "Result") }.OfType<JsonTypeInfo>().ToArray());

    private static object? Member(object method, string name) => method.GetType().GetProperty(name)?.GetValue(method);

    /// <summary>A result without fields is null on the wire.</summary>
    private string Result(JsonTypeInfo type) => type.Type == typeof(NoParams) ? "null" : Named(type);

    /// <summary>Prints an interface where it is new, and returns its name.</summary>
    private string Named(JsonTypeInfo type)
    {
        var name = type.Type.Name;
        if (types.TryAdd(name, ""))
        {
            var docs = MessageDocs.Of(name);
            // A property that is no part of the message has no accessors.
            var properties = type.Properties.Where(property => property.Get is not null || property.Set is not null).ToList();
            var fields = properties.Select(property => Field(type.Type, property, docs));
            var body = properties.Count == 0
                ? $"export type {name} = Record<string, never>;\n"
                : $"export interface {name} {{\n{string.Concat(fields)}}}\n";
            types[name] = Comment(docs.Summary, "") + body;
        }
        return name;
    }

    private string Field(Type message, JsonPropertyInfo property, MessageDocs docs)
    {
        var underlying = Nullable.GetUnderlyingType(property.PropertyType);
        var nullable = underlying is not null || property.IsGetNullable;
        var required = !nullable && (property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false });
        var type = Words.TryGetValue((message, property.Name), out var words) ? Union(message, property.Name, words)
            : TypeOf(underlying ?? property.PropertyType);
        return Comment(docs.Field(property.Name), "  ")
            + $"  readonly {property.Name}{(required ? "" : "?")}: {type}{(nullable && type != "unknown" ? " | null" : "")};\n";
    }

    private string Union(Type message, string field, Type words)
    {
        usedWords.Add((message, field));
        types[words.Name] = $"export type {words.Name} =\n"
            + string.Join('\n', Enum.GetNames(words).Select(name => $"  | '{CamelCase(name)}'")) + ";\n";
        return words.Name;
    }

    private string TypeOf(Type type) => type switch
    {
        _ when type == typeof(string) => "string",
        _ when type == typeof(bool) => "boolean",
        _ when type == typeof(int) || type == typeof(long) || type == typeof(double) => "number",
        _ when type == typeof(RpcId) => "number | string",
        _ when type == typeof(JsonElement) => "unknown",
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) =>
            $"readonly {TypeOf(type.GenericTypeArguments[0])}[]",
        _ => Named(LspJson.Default.GetTypeInfo(type) ?? throw new NotSupportedException($"{type} is not named in LspJson.")),
    };

    /// <summary>A documentation comment in lines that fit; nothing where there is no text.</summary>
    private static string Comment(string text, string indent)
    {
        const int Most = 140;
        if (text.Length == 0)
        {
            return "";
        }
        if ($"{indent}/** {text} */" is { Length: <= Most } single)
        {
            return single + "\n";
        }
        List<string> lines = [$"{indent}/**"];
        foreach (var word in text.Split(' '))
        {
            if (lines.Count == 1 || lines[^1].Length + 1 + word.Length > Most)
            {
                lines.Add($"{indent} *");
            }
            lines[^1] += $" {word}";
        }
        return string.Join('\n', lines) + $"\n{indent} */\n";
    }

    private static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
