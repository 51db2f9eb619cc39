using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Assistant.Benchmarks;

/// <summary>
/// Six tools of a C# assistant and thirty questions, each of which needs one certain tool. They were written before the first run:
/// Invariant: neither they nor the tools are changed for the sake of a figure.
/// </summary>
internal static class ToolQuestions
{
    public static IList<AITool> Tools { get; } =
    [
        Tool("find_symbol", "Finds where a type or member is declared.",
            """
            {"type":"object","properties":{"name":{"type":"string","description":"the symbol's name"},
            "kind":{"type":"string","enum":["type","method","property","field"]}},"required":["name"]}
            """),
        Tool("read_file", "Reads the text of a file, or some lines of it.",
            """
            {"type":"object","properties":{"path":{"type":"string","description":"the file's path"},"startLine":{"type":"integer"},
            "endLine":{"type":"integer"}},"required":["path"]}
            """),
        Tool("search_text", "Searches the text of all files for some words.",
            """
            {"type":"object","properties":{"text":{"type":"string","description":"what is searched for"},
            "pattern":{"type":"string","description":"only in files like *.cs"}},"required":["text"]}
            """),
        Tool("get_diagnostics", "Gives the compiler's errors and warnings.",
            """
            {"type":"object","properties":{"path":{"type":"string","description":"only those of this file"},
            "severity":{"type":"string","enum":["error","warning"]}}}
            """),
        Tool("list_files", "Lists the files of a folder.",
            """
            {"type":"object","properties":{"folder":{"type":"string","description":"the folder's path"},
            "pattern":{"type":"string","description":"only files like *.cs"}},"required":["folder"]}
            """),
        Tool("rename_symbol", "Renames a type or member everywhere.",
            """
            {"type":"object","properties":{"name":{"type":"string","description":"its name now"},
            "newName":{"type":"string","description":"its new name"}},"required":["name","newName"]}
            """),
    ];

    public static IReadOnlyList<(string Tool, string Question)> All { get; } =
    [
        ("find_symbol", "Where is the class OrderService declared?"),
        ("find_symbol", "In which file can I find the method ParseHeader?"),
        ("find_symbol", "Where is the interface IClock defined?"),
        ("find_symbol", "Take me to the definition of the property IsEnabled."),
        ("find_symbol", "Which file declares the enum LogLevel?"),
        ("read_file", "Show me the contents of src/Program.cs."),
        ("read_file", "What is written in appsettings.json?"),
        ("read_file", "Read lines 10 to 40 of Services/Mailer.cs."),
        ("read_file", "Open README.md and tell me what the project does."),
        ("read_file", "Explain the code in src/Parsing/Lexer.cs."),
        ("search_text", "Where does the text \"TODO\" occur in the solution?"),
        ("search_text", "Search all files for \"connectionString\"."),
        ("search_text", "Which files contain the words \"Copyright 2024\"?"),
        ("search_text", "Find all places that mention http://localhost:5000."),
        ("search_text", "Is the phrase \"not implemented yet\" used anywhere?"),
        ("get_diagnostics", "Does the solution compile without errors?"),
        ("get_diagnostics", "Which warnings does the compiler report?"),
        ("get_diagnostics", "Are there any compiler errors in src/Cart.cs?"),
        ("get_diagnostics", "Why does the build fail?"),
        ("get_diagnostics", "Show me the errors of Models/User.cs."),
        ("list_files", "Which files are in the folder src/Models?"),
        ("list_files", "List all files of the tests folder."),
        ("list_files", "What is in the directory src/Controllers?"),
        ("list_files", "Which .json files are there in the folder config?"),
        ("list_files", "How many files does the folder docs have?"),
        ("rename_symbol", "Rename the class Customer to Client."),
        ("rename_symbol", "Change the name of the method GetData to LoadOrders everywhere."),
        ("rename_symbol", "The property Nmae is misspelled. Rename it to Name."),
        ("rename_symbol", "The interface IRepo should be called IRepository."),
        ("rename_symbol", "Give the field cnt the name count."),
    ];

    private static AIFunctionDeclaration Tool(string name, string description, string schema)
    {
        using var document = JsonDocument.Parse(schema);
        return AIFunctionFactory.CreateDeclaration(name, description, document.RootElement.Clone());
    }
}
