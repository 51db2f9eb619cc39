using Assistant.Basics;
using Assistant.Shaping;

namespace Assistant.Tests.Shaping;

/// <summary>Random answers at random carets: no crash, and never markup, a blank draft or a replaced next line.</summary>
public sealed class AnyAnswerTests
{
    private static readonly string[] Junk =
        [
            "```", "```csharp\n", "<|fim_pad|>", "<|im_start|>user\n", "\r\n", "\r", "\n\n\n", "}", "});", "\"", "'", "@\"", "$\"{", "/*",
            "//", "#if", "\t", "This code is good.", "\U0001F600", "\ud83d"
        ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Is_shaped(int seed)
    {
        var random = new Random(seed);
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "server", "Shaping"), "*.cs")
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText)
            .ToArray();
        var shown = 0;
        for (var round = 0; round < 150; round++)
        {
            var file = files[random.Next(files.Length)];
            var caret = random.Next(file.Length);
            var around = new TextAround(file[..caret], file[Math.Min(file.Length, caret + random.Next(60))..]);
            var taken = random.Next(3) == 0 ? around.Before[^Math.Min(caret, random.Next(6))..] : "";
            var answer = random.Next(3) == 0 ? taken : "";
            for (var part = random.Next(5); part >= 0; part--)
            {
                var start = random.Next(file.Length);
                answer += random.Next(2) == 0
                    ? Junk[random.Next(Junk.Length)]
                    : file.Substring(start, Math.Min(file.Length - start, random.Next(120)));
            }
            shown += Check(
                around, new(taken, random.Next(2) == 0, random.Next(1, 10), ["<|fim_pad|>"], random.Next(2) == 0, "\n"), answer, random);
        }
        Assert.InRange(shown, 40, 149);
    }

    /// <returns>1 for an answer whose result is a draft, else 0.</returns>
    private static int Check(TextAround around, ShapeRules rules, string answer, Random random)
    {
        var shaper = new DraftShaper(around, rules);
        for (var at = 0; at < answer.Length;)
        {
            var length = Math.Min(answer.Length - at, random.Next(1, 40));
            shaper.Feed(answer.Substring(at, length));
            at += length;
        }
        foreach (var draft in new[] { shaper.Current, (shaper.Finish() as ShapeResult.Shown)?.Draft })
        {
            if (draft is null)
            {
                continue;
            }
            Assert.False(string.IsNullOrWhiteSpace(draft.Text), answer);
            Assert.InRange(draft.ReplaceAfter, 0, around.LineAfter.Length);
            Assert.DoesNotContain("```", draft.Text);
            Assert.DoesNotContain("<|fim_pad|>", draft.Text);
            Assert.DoesNotContain("<|im_start|>", draft.Text);
            Assert.DoesNotContain('\r', draft.Text);
            Assert.True(
                rules.MultiLine
                    ? draft.Text.Split('\n').Count(line => line.Trim().Length > 0) <= rules.MaxLines
                    : draft.Text.Trim().Split('\n').Length == 1,
                draft.Text);
        }
        return shaper.Finish() is ShapeResult.Shown ? 1 : 0;
    }
}
