using System.Text.Json.Nodes;
using ModelServerSimulator;

namespace Assistant.Tests.SimulatedServers;

/// <summary>The log reports forbidden contents of a request.</summary>
public sealed class RequestRulesTests
{
    [Theory]
    [InlineData("llamacpp", """{"prompt":"a","max_tokens":1,"stop":["<|fim_pad|>","\n"]}""", "")]
    [InlineData("llamacpp", """{"prompt":"a","max_tokens":1,"temperature":null}""", "holds a null")]
    [InlineData("llamacpp", """{"prompt":"a","max_tokens":1,"stop":["1","2","3","4","5"]}""", "has 5 stops")]
    [InlineData("llamacpp", """{"prompt":"a","max_tokens":1,"stop":[""]}""", "has an empty stop")]
    [InlineData("llamacpp", """{"prompt":"a","max_tokens":1,"suffix":"b"}""", "has a suffix")]
    [InlineData("llamacpp", """{"prompt":"a"}""", "does not bound its answer")]
    [InlineData("mlx-0.32.2", """{"prompt":"a","max_tokens":1,"stop":["\n"]}""", "has the textual stop \"\n\"")]
    [InlineData("mlx-0.32.2", """{"prompt":"a","max_tokens":1,"frequency_penalty":0.5}""", "has frequency_penalty")]
    [InlineData("lmstudio-0.4", """{"messages":[{"role":"developer","content":"a"}],"max_tokens":1}""", "has the role developer")]
    [InlineData("lmstudio-0.4", """{"messages":[{"role":"user","content":"a"}],"max_tokens":1,"tool_choice":{}}""",
        "has an object as tool_choice")]
    public async Task Breaches(string profile, string body, string breach)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = profile });
        var json = JsonNode.Parse(body)!.AsObject();
        var path = json.ContainsKey("prompt") ? "/v1/completions" : "/v1/chat/completions";
        await Ask.PostAsync(simulator, path, json);
        Assert.Equal(breach.Length == 0 ? [] : [$"POST {path}: {breach}"], simulator.Log.Breaches(profile));
    }
}
