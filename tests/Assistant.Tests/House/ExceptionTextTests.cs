using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assistant.Tests.House;

/// <summary>Messages are for people: no logic looks into one. A fault and a refusal are typed (<c>ModelServerException</c>).</summary>
public sealed class ExceptionTextTests
{
    private static readonly string[] Rooms = ["Routing/", "Inference/", "ModelManagement/", "Completion/"];

    private static readonly string[] Readers = ["Match", "Matches", "IsMatch", "Equals", "Compare", "EnumerateMatches"];

    [Fact]
    public void No_logic_reads_a_message() => Assert.Empty(
        from file in SymbolUses.ServerFiles()
        where Rooms.Any(room => file.Path.StartsWith(room, StringComparison.Ordinal))
        from read in Reads(file.Text)
        select $"{file.Path}: {read}");

    [Theory]
    [InlineData("failure.Message.Contains(\"x\")", true)]
    [InlineData("failure.Message?.StartsWith(\"x\")", true)]
    [InlineData("failure.Message[0] == 'x'", true)]
    [InlineData("Trouble().IsMatch(failure.Message)", true)]
    [InlineData("failure.Message == \"x\"", true)]
    [InlineData("failure.Message is \"x\"", true)]
    [InlineData("failure.Message switch { _ => 1 }", true)]
    [InlineData("new Status(failure.Message)", false)]
    [InlineData("$\"{failure.Message}.\"", false)]
    [InlineData("status with { Message = failure.Message }", false)]
    public void A_read_is_found(string code, bool expected) => Assert.Equal(expected, Reads($"class C {{ object M() => {code}; }}").Any());

    private static IEnumerable<string> Reads(string text) =>
        from name in CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        where name.Name.Identifier.Text == "Message" && IsRead(name)
        select name.Parent!.ToString();

    private static bool IsRead(MemberAccessExpressionSyntax message) => message.Parent switch
    {
        MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax or ElementAccessExpressionSyntax => true,
        IsPatternExpressionSyntax or SwitchExpressionSyntax => true,
        BinaryExpressionSyntax comparison =>
            comparison.IsKind(SyntaxKind.EqualsExpression) || comparison.IsKind(SyntaxKind.NotEqualsExpression),
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } =>
            Readers.Contains((call.Expression as MemberAccessExpressionSyntax)?.Name.Identifier.Text),
        _ => false,
    };
}
