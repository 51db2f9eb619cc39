using System.Text.Json;
using Assistant.ModelServers;
using Assistant.ModelServers.Dialects;
using Assistant.Settings;

namespace Assistant.Tests.ModelServers.Dialects;

public sealed class ServerErrorParserTests
{
    [Theory]
    [InlineData("Input does not fit in context length. The input has 31430 tokens, but the context length only supports 30000 tokens.",
        31430, 30000)]
    [InlineData("The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096).",
        13055, 4096)]
    [InlineData("Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)", 15028, 7424)]
    [InlineData(
        "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context "
            + "length of only 4096 tokens",
        5000, 4096)]
    [InlineData("request (54029 tokens) exceeds the available context size (4096 tokens), try increasing it", 54029, 4096)]
    [InlineData("This model's maximum context length is 8192 tokens. However, you requested 9000 tokens", 9000, 8192)]
    [InlineData("the request exceeds the available context size, try increasing it", null, null)]
    public void An_overflow_message_names_prompt_and_context(string words, int? prompt, int? context) =>
        Assert.Equal((prompt, context), TokenCounts.Of(words));

    [Theory]
    [InlineData("model is already running", RefusalKind.AlreadyRunning)]
    [InlineData("model is not running", RefusalKind.NotRunning)]
    [InlineData("Unexpected endpoint or method. (POST /api/v1/models/load)", RefusalKind.UnknownEndpoint)]
    [InlineData("registry.ollama.ai/library/gemma does not support tools", RefusalKind.ToolsFailed)]
    [InlineData("Error rendering prompt with jinja template: \"No user query found\".", RefusalKind.ToolsFailed)]
    [InlineData("The model produced output that does not match the expected peg-native format", RefusalKind.ToolsFailed)]
    [InlineData("the engine did not answer", RefusalKind.Other)]
    public void A_refusal_has_a_kind(string words, RefusalKind expected) => Assert.Equal(expected, RefusalOf("here", words).Kind);

    [Fact]
    public void A_refusal_has_the_tokens_that_the_server_names() => Assert.Equal(
        new ServerRefusal(RefusalKind.Other, PromptTokens: 54029, ContextTokens: 4096),
        RefusalOf("here", "request (54029 tokens) exceeds the available context size (4096 tokens), try increasing it"));

    [Fact]
    public void The_name_of_an_endpoint_is_no_refusal() =>
        Assert.Equal(new ServerRefusal(RefusalKind.Other), RefusalOf("not running n_ctx: 4096", "no"));

    private static ServerRefusal RefusalOf(string endpoint, string words) => ServerErrorParser.ToException(
        EndpointSettings.At(endpoint, new Uri("http://127.0.0.1:9")), 400, JsonSerializer.Serialize(new { error = words })).Refusal!;
}
