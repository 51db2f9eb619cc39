using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ModelServerSimulator;

namespace Assistant.Tests.SimulatedServers;

/// <summary>The scripted model fills the hole of the test's document if the prompt is in the model's own format.</summary>
public sealed class EchoTests
{
    private const string Document = "class A\n{\n    int Sum(int a, int b)\n    {\n        return a + b;\n    }\n}\n";

    [Theory]
    [InlineData("qwen2.5-coder-7b", "<|fim_prefix|>«P»<|fim_suffix|>«S»<|fim_middle|>")]
    [InlineData("qwen2.5-coder-7b", "<|fim_prefix|><|fim_suffix|>«S»<|fim_middle|>«P»")]
    [InlineData("starcoder2-7b", "<fim_prefix>«P»<fim_suffix>«S»<fim_middle>")]
    [InlineData("mellum-4b-base", "<fim_suffix>«S»<fim_prefix>«P»<fim_middle>")]
    [InlineData("codestral-22b", "[SUFFIX]«S»[PREFIX]«P»")]
    [InlineData("deepseek-coder-v2-lite-base", "<｜fim▁begin｜>«P»<｜fim▁hole｜>«S»<｜fim▁end｜>")]
    [InlineData("codellama-7b", "<PRE> «P» <SUF>«S» <MID>")]
    [InlineData("granite-4-micro", "<|fim_prefix|>«P»<|fim_suffix|>«S»<|fim_middle|>")]
    [InlineData("granite-8b-code-base", "<fim_prefix>«P»<fim_suffix>«S»<fim_middle>")]
    [InlineData("glm-4.7-flash", "<|code_prefix|>«P»<|code_suffix|>«S»<|code_middle|>")]
    [InlineData("seed-coder-8b-base", "<[fim-suffix]>«S»<[fim-prefix]>«P»<[fim-middle]>")]
    public Task A_prompt_in_the_models_own_format_gets_the_text_of_the_hole(string model, string template) =>
        Check(model, template, "class A\n{\n    int Sum(int a, int b)\n    {\n        return $$;\n    }\n}\n", "a + b");

    [Theory]
    [InlineData("mellum-4b-base", "<fim_prefix>«P»<fim_suffix>«S»<fim_middle>")]
    [InlineData("qwen2.5-coder-7b", "<fim_prefix>«P»<fim_suffix>«S»<fim_middle>")]
    [InlineData("qwen2.5-coder-7b", "<|fim_suffix|>«S»<|fim_prefix|>«P»<|fim_middle|>")]
    [InlineData("codellama-7b", "<PRE>«P»<SUF>«S»<MID>")]
    [InlineData("qwen2.5-coder-7b", "<|im_start|>user\nFill the hole: «P»{{FILL_HERE}}«S»<|im_end|>\n<|im_start|>assistant\n")]
    public Task A_wrong_template_gets_garbage(string model, string template) =>
        Check(model, template, "class A\n{\n    int Sum(int a, int b)\n    {\n        return $$;\n    }\n}\n", Brain.Garbage);

    [Fact]
    public Task A_prefix_that_starts_in_the_middle_is_found_too() =>
        Check(
            "qwen2.5-coder-7b",
            "<|fim_prefix|>// other text\n«P»<|fim_suffix|>«S»<|fim_middle|>",
            "int b)\n    {\n        return $$;\n    }",
            "a + b");

    [Fact]
    public Task A_suffix_that_starts_further_down_leaves_a_longer_hole() =>
        Check(
            "qwen2.5-coder-7b",
            "<|fim_prefix|><|fim_suffix|>«S»<|fim_middle|>«P»",
            "int b)\n    {\n        return$$\n}\n",
            " a + b;\n    }");

    [Fact]
    public Task Text_outside_every_document_gets_the_fallback_reply() =>
        Check(
            "qwen2.5-coder-7b", "<|fim_prefix|>«P»<|fim_suffix|>«S»<|fim_middle|>", "something quite different $$ here", "simulated();\n");

    private static async Task Check(string model, string template, string marked, string expected)
    {
        var (prefix, suffix) = (marked.Split("$$")[0], marked.Split("$$")[1]);
        var prompt = template.Replace("«P»", prefix, StringComparison.Ordinal).Replace("«S»", suffix, StringComparison.Ordinal);
        await using var simulator = await Simulator.StartAsync(
            new SimulatorOptions { Models = [new SimulatedModel(model)], Documents = [Document], AfterTheHole = AfterTheHole.End });
        using var client = new HttpClient { BaseAddress = simulator.BaseUrl };
        using var content = new StringContent(
            new JsonObject { ["prompt"] = prompt, ["max_tokens"] = 200 }.ToJsonString(),
            Encoding.UTF8,
            new MediaTypeHeaderValue("application/json"));
        using var response = await client.PostAsync(new Uri("/v1/completions", UriKind.Relative), content);
        var reply = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(expected, reply["choices"]![0]!["text"]!.GetValue<string>());
    }
}
