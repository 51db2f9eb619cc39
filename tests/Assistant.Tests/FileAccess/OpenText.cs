using Assistant.Basics;
using Assistant.FileAccess;
using Assistant.Settings;

namespace Assistant.Tests.FileAccess;

/// <summary>The text of an open C# document, admitted to a prompt by a policy that excludes nothing.</summary>
internal static class OpenText
{
    private static readonly FileAccessPolicy Policy = FileAccessPolicy.Of(AssistantSettings.Defaults, []);

    public static Admitted<TextAround> Of(TextAround text) => Policy.Admit("/C.cs", text, FileUse.OpenDocument).Text!;
}
