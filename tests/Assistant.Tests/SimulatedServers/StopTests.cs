using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assistant.Tests.SimulatedServers;

/// <summary>Stop strings on each server; mlx 0.32 is compared with the results of its real matcher on real token ids.</summary>
public sealed class StopTests
{
    public static TheoryData<string> Matrix => new(File.ReadAllLines(Repository.Fixture("captures/mlx-stop-matrix.txt")));

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Mlx_0_32_returns_what_the_real_matcher_returned(string row)
    {
        var parts = Regex.Match(row, """^(".*") stop= (\[.*\]) -> (".*") stop tokens consumed""");
        var (emitted, stops, expected) = (
            Parse<string>(parts.Groups[1].Value), Parse<string[]>(parts.Groups[2].Value), Parse<string>(parts.Groups[3].Value));
        Assert.Equal(expected, (await Ask.Check("mlx-0.32", emitted, stops)).Text);
    }

    [Theory]
    // These servers match text at any token boundary.
    [InlineData("llamacpp", "\n", "int a;", "stop")]
    [InlineData("lmstudio-0.4", "\n", "int a;", "stop")]
    // ";\n" is one token: the stop does not match, and its text is deleted or stays.
    [InlineData("mlx-0.28", "\n", "int a;\nint b;\n}", "stop")]
    [InlineData("mlx-0.31", "\n", "int a;\nint b;\n}", "stop")]
    [InlineData("mlx-0.32", "\n", "int a;int b;}", "stop")]
    [InlineData("mlx-0.32.2", "\n", "int a;int b;}", "stop")]
    // A stop that is a token of its own ends the answer everywhere.
    [InlineData("mlx-0.31", "<|fim_pad|>", "int a;\nint b;\n}", "stop")]
    [InlineData("mlx-0.32.2", "<|fim_pad|>", "int a;\nint b;\n}", "stop")]
    // Without that stop only llama-server ends at the padding token.
    [InlineData("llamacpp", "unused", "int a;\nint b;\n}", "stop")]
    [InlineData("mlx-0.32.2", "unused", "int a;\nint b;\n}<|fim_pad|>junk", "stop")]
    // An empty stop.
    [InlineData("llamacpp", "", "", "stop")]
    [InlineData("mlx-0.31", "", "int a;\nint b;\n}<|fim_pad|>junk", "stop")]
    [InlineData("mlx-0.32", "", "", "stop")]
    [InlineData("mlx-0.32.2", "", "int a;\nint b;\n}<|fim_pad|>junk", "stop")]
    public async Task Each_server_handles_stops_in_its_own_way(string profile, string stop, string text, string reason)
    {
        var emitted = stop == "\n" ? "int a;\nint b;\n}" : "int a;\nint b;\n}<|fim_pad|>junk";
        Assert.Equal((text, reason), await Ask.Check(profile, emitted, [stop]));
    }

    [Theory]
    [InlineData("llamacpp", "        return a;", "        return a;")]
    [InlineData("lmstudio-0.4", " + b", " + b")]
    [InlineData("mlx-0.32.2", "        return a;", "       return a;")]
    [InlineData("mlx-0.28", " + b", "+ b")]
    public async Task The_first_space_is_lost_on_mlx(string profile, string emitted, string text) =>
        Assert.Equal(text, (await Ask.Check(profile, emitted, [])).Text);

    [Theory]
    [InlineData("mlx-0.32.2", 512)]
    [InlineData("llamacpp", 700)]
    public async Task Only_mlx_has_a_default_length(string profile, int tokens)
    {
        var (text, reason) = await Ask.Check(profile, new string('1', 700), []);
        Assert.Equal((tokens == 512 ? "length" : "stop", tokens), (reason, text.Length));
    }

    [Theory]
    // Text that the rule forces is written; text that it forbids ends the answer.
    [InlineData("root ::= [ \\t]* \"Wri\" [^\\n]* \"\\n\"?", " WriteLine(a);\nnext", " WriteLine(a);\n")]
    [InlineData("root ::= [ \\t]* \"Rea\" [^\\n]* \"\\n\"?", " Key(a);\nnext", " ReaKey(a);\n")]
    [InlineData("root ::= \".Wri\" [^\\n]* \"\\n\"?", ".WriteLine", ".WriteLine")]
    [InlineData("root ::= [a-z]+ \"(\" [0-9]? \")\"", "call(1) more", "call(1)")]
    public async Task Llama_server_forces_the_answer_into_the_grammar(string grammar, string emitted, string text) =>
        Assert.Equal(text, (await Ask.Check("llamacpp", emitted, [], grammar)).Text);

    private static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json)!;
}
