using Assistant.Models;
using Assistant.Models.Routing;

namespace Assistant.Tests.Models;

public sealed class ChatKindTests
{
    [Theory]
    [InlineData("Write a commit message for my staged changes", ModelTask.CommitMessage)]
    [InlineData("Schreib mir eine Commit-Nachricht", ModelTask.CommitMessage)]
    [InlineData("summarize the diff of the last commits", ModelTask.CommitMessage)]
    [InlineData("Fass den Diff zusammen", ModelTask.CommitMessage)]
    [InlineData("Please review this class", ModelTask.Review)]
    [InlineData("Do a code review of OrderStore.cs", ModelTask.Review)]
    [InlineData("check the method for bugs", ModelTask.Review)]
    [InlineData("Überprüfe bitte meine Änderungen", ModelTask.Review)]
    [InlineData("Schau mal auf Fehler in der Datei", ModelTask.Review)]
    [InlineData("Write unit tests for OrderStore", ModelTask.Test)]
    [InlineData("add a test for the empty list", ModelTask.Test)]
    [InlineData("Schreibe Tests für diese Methode", ModelTask.Test)]
    [InlineData("Mir fehlen noch Testfälle", ModelTask.Test)]
    [InlineData("Document this class", ModelTask.Document)]
    [InlineData("add XML doc comments to Order.Total", ModelTask.Document)]
    [InlineData("Dokumentiere die öffentlichen Methoden", ModelTask.Document)]
    [InlineData("Ergänze einen Kommentar an der Schleife", ModelTask.Document)]
    [InlineData("Explain this code", ModelTask.Explain)]
    [InlineData("What does this method do?", ModelTask.Explain)]
    [InlineData("How does the cache work?", ModelTask.Explain)]
    [InlineData("Why is this null here?", ModelTask.Explain)]
    [InlineData("Was macht diese Funktion?", ModelTask.Explain)]
    [InlineData("Wie funktioniert der Scheduler?", ModelTask.Explain)]
    [InlineData("Erkläre mir die Zeile", ModelTask.Explain)]
    [InlineData("Make OrderStore thread safe", ModelTask.ChatCoding)]
    [InlineData("Fix it:\n```csharp\nvar x = 1\n```", ModelTask.ChatCoding)]
    [InlineData("How do I read a file async in C#?", ModelTask.ChatCoding)]
    [InlineData("Convert it to a record", ModelTask.ChatCoding)]
    [InlineData("Mach daraus eine generische Methode", ModelTask.ChatCoding)]
    [InlineData("call customers.Find(id) instead", ModelTask.ChatCoding)]
    [InlineData("Hello, who are you?", ModelTask.ChatGeneral)]
    [InlineData("Wie wird das Wetter morgen?", ModelTask.ChatGeneral)]
    [InlineData("Translate this letter into French", ModelTask.ChatGeneral)]
    [InlineData("", ModelTask.ChatGeneral)]
    public void The_words_tell_the_task(string text, ModelTask expected) => Assert.Equal(expected, ChatKind.Of(text));

    [Fact]
    public void A_long_text_is_told_in_no_time()
    {
        var text = string.Concat(Enumerable.Repeat("write describe check a line of words that go on and on ", 4_000));
        var started = TimeProvider.System.GetTimestamp();
        ChatKind.Of(text);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }
}
