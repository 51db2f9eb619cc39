using Assistant.Families;

namespace Assistant.Tests.Families;

public sealed class FamilyRuleTests
{
    [Theory]
    [InlineData("acme-*", "starcoder", null)]
    [InlineData("acme", "qwen2.5-coder", null)]
    [InlineData("", "starcoder", "a model's id is empty")]
    [InlineData("acme", "star-coder", "allowed are codegeex4, codegemma")]
    public void An_invalid_rule_has_an_error_with_the_allowed_values(string id, string family, string? problem)
    {
        var found = FamilyTable.Problem(id, family);
        Assert.Equal(problem is null, found is null);
        Assert.Contains(problem ?? "", found ?? "");
    }

    [Theory]
    [InlineData(
        "{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>\n{{- else if .Messages }}x{{ end }}",
        "<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>")]
    [InlineData("{{ if .Suffix }}<PRE> {{ .Prompt }} <SUF>{{ .Suffix }} <MID>{{ else }}{{ .Prompt }}{{ end }}", "<PRE> P <SUF>S <MID>")]
    [InlineData("{{- if .Suffix }}[SUFFIX]{{ .Suffix }}[PREFIX] {{- .Prompt }}{{- else }}x{{ end }}", "[SUFFIX]S[PREFIX]P")]
    [InlineData("{{ if and .Suffix .Prompt }}<a>{{ .Prompt }}<b>{{ .Suffix }}<c>{{ end }}", "<a>P<b>S<c>")]
    [InlineData("{{ .Prompt }}", null)]
    [InlineData("{{ if .Suffix }}{{ .Prompt }}{{ .Suffix }}{{ end }}", null)]
    [InlineData("", null)]
    public void A_servers_template_gives_the_FIM_format(string template, string? prompt)
    {
        var fim = FimOfTemplate.Read(template);
        Assert.Equal(prompt, fim is null ? null
            : fim.Order == FimOrder.PrefixSuffixMiddle ? $"{fim.Prefix}P{fim.Suffix}S{fim.Middle}"
            : $"{fim.Suffix}S{fim.Prefix}P{fim.Middle}");
    }

    [Fact]
    public void A_template_of_blanks_is_read_fast() => Assert.Null(FimOfTemplate.Read("{{" + new string(' ', 100_000)));
}
