using Assistant.FileAccess;
using Assistant.Handlers;
using Assistant.Settings;

namespace Assistant.Tests.Handlers;

public sealed class SessionStateTests
{
    [Fact]
    public void The_file_access_policy_follows_settings_and_folders()
    {
        var user = SettingsDocument.Read("""{"completion":{"excludedFiles":["gen/*.cs"]}}"""u8.ToArray(), SettingsOrigin.UserFile("user"));
        var start = SessionState.Start(new SettingsSources(new Dictionary<string, string>()));
        var excluding = start.With(start.Sources with { User = user });
        var inFolder = excluding.With(excluding.Workspace.With(["/ws"], trusted: false));
        Assert.Equal([null, null, FileDenial.Excluded], [Open(start), Open(excluding), Open(inFolder)]);
        Assert.Equal(FileDenial.OutsideWorkspace, excluding.FileAccess.Check("/ws/A.cs", FileUse.Context).Denial);
        Assert.True(inFolder.FileAccess.Check("/ws/A.cs", FileUse.Context).Allowed);
        Assert.Null(Open(inFolder.With(start.Sources)));

        static FileDenial? Open(SessionState state) => state.FileAccess.Check("/ws/gen/A.cs", FileUse.OpenDocument).Denial;
    }
}
