namespace Assistant.Tests.Lsp.Protocol;

/// <summary>The extension's types of the server's own messages are generated, so that the two sides cannot differ.</summary>
public sealed class TypeScriptPrintTests
{
    private static readonly string Generated = Path.Combine(Repository.Root, "extension-vscode", "src", "protocol.ts");

    /// <summary>With ASSISTANT_PRINT_TYPES=1 the file is written.</summary>
    [Fact]
    public void The_extension_s_types_are_current()
    {
        var text = TypeScriptPrint.Print();
        if (Environment.GetEnvironmentVariable("ASSISTANT_PRINT_TYPES") == "1")
        {
            File.WriteAllText(Generated, text);
            return;
        }
        Assert.True(
            File.ReadAllText(Generated).ReplaceLineEndings("\n") == text,
            "The messages have changed since extension-vscode/src/protocol.ts was generated: run this test with ASSISTANT_PRINT_TYPES=1.");
    }

    [Fact]
    public void A_field_that_may_be_null_is_optional_and_a_string_of_fixed_values_is_a_union()
    {
        var text = TypeScriptPrint.Print();
        Assert.Contains("  readonly maxContextTokens?: number | null;\n", text, StringComparison.Ordinal);
        Assert.Contains("  readonly models: readonly ListedModel[];\n", text, StringComparison.Ordinal);
        Assert.Contains("  readonly state: ModelState;\n", text, StringComparison.Ordinal);
        Assert.Contains("  | 'contextTooSmall'\n", text, StringComparison.Ordinal);
        Assert.Contains("new RequestType<LoadModelParams, MovedModelResult, void>('assistant/loadModel'),", text, StringComparison.Ordinal);
        Assert.Contains("  status: new NotificationType<AssistantStatusParams>('assistant/status'),\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_message_is_described()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "lsp-extensions.md"));
        Assert.All(TypeScriptPrint.MethodNames, name => Assert.Contains($"| `{name}` |", page, StringComparison.Ordinal));
    }
}
