using Assistant.Benchmarks;

namespace Assistant.Tests.Models;

/// <summary>Seconds of what the benchmark <c>chaos</c> runs for a minute.</summary>
public sealed class ChaosTests
{
    [Fact]
    public async Task While_a_server_dies_every_second_completions_come_from_the_other()
    {
        var result = await Chaos.CompletionsAsync(TimeSpan.FromSeconds(3));
        Assert.True(result.Answered >= result.Outcomes.Count - 1, result.Summary);
    }

    [Fact]
    public async Task While_a_server_dies_every_second_chats_are_answered_or_end_with_what_had_arrived()
    {
        var result = await Chaos.ChatsAsync(TimeSpan.FromSeconds(3));
        Assert.True(result.LostUnseen == 0 && result.Answered > 0 && result.Answered + result.BrokenOffClearly == result.Outcomes.Count, result.Summary);
    }
}
