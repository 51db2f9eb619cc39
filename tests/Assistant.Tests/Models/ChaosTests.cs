using Assistant.Benchmarks;

namespace Assistant.Tests.Models;

/// <summary>Runs the benchmark <c>chaos</c> for three seconds instead of a minute.</summary>
public sealed class ChaosTests
{
    [Fact]
    public async Task While_a_server_dies_every_second_the_other_one_completes()
    {
        var result = await Chaos.CompletionsAsync(TimeSpan.FromSeconds(3));
        Assert.True(result.Answered >= result.Outcomes.Count - 1, result.Summary);
    }

    [Fact]
    public async Task While_a_server_dies_every_second_chats_are_answered_or_keep_the_text_received_so_far()
    {
        var result = await Chaos.ChatsAsync(TimeSpan.FromSeconds(3));
        Assert.True(
            result.LostUnseen == 0 && result.Answered > 0 && result.Answered + result.BrokenOffClearly == result.Outcomes.Count,
            result.Summary);
    }
}
