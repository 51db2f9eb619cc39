using System.Collections;
using Assistant.Cli;

namespace Assistant.Tests.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("complete a.cs:1:1 --settings nowhere.json", "--settings: /nowhere/nowhere.json could not be read: There is no such file.")]
    [InlineData("complete a.cs:1:1 --workspace nowhere", "--workspace names")]
    [InlineData("eval patterns --workspace nowhere", "--workspace names")]
    [InlineData("complete a.cs", "FILE:LINE:COL")]
    [InlineData("complete a.cs:1:1 --endpoint ftp://h", "no base URL")]
    public async Task A_wrong_argument_is_a_usage_error_that_names_it(string arguments, string named)
    {
        var (code, error) = await Check(arguments);
        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patterns_are_not_measured_without_code()
    {
        var folder = Directory.CreateTempSubdirectory("assistant-test-");
        try
        {
            var (code, error) = await Check($"eval patterns --workspace {folder.FullName}");
            Assert.Equal(1, code);
            Assert.Contains("no C# file", error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Variables_that_differ_in_letter_case_only_are_no_crash()
    {
        var byName = Program.ByName(new Hashtable { ["http_proxy"] = "a", ["HTTP_PROXY"] = "a", ["X"] = null });
        Assert.Equal("a", byName["Http_Proxy"]);
        Assert.Equal("", byName["x"]);
    }

    private static async Task<(int Code, string Error)> Check(string arguments)
    {
        using var error = new StringWriter();
        var surroundings = new Surroundings(new Dictionary<string, string>(), "/nowhere", TextWriter.Null, error, TimeProvider.System);
        var code = await new CommandLine(new Composition(surroundings)).RunAsync(
            arguments.Split(' '), TestContext.Current.CancellationToken);
        return (code, error.ToString());
    }
}
