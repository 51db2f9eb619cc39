using Assistant.Workspace.MSBuild;

namespace Assistant.Tests.Workspace.MSBuild;

public sealed class BuildMessagesTests
{
    [Theory]
    [InlineData(
        "/usr/share/dotnet/sdk/10.0.401/Sdks/Microsoft.NET.Sdk/targets/Microsoft.PackageDependencyResolution.targets(266,5): error "
        + "NETSDK1004: Assets file 'x' not found. Run a NuGet package restore. [/src/A.csproj::TargetFramework=net8.0]",
        "NotRestored Restore /src/A.csproj A.csproj was never restored, so its packages are unknown.")]
    [InlineData(
        "/src/A.csproj : error NU1101: Unable to find package MinVer. No packages exist with this id in source(s): NuGet "
        + "[TargetFramework=net10.0]",
        "RestoreFailed Restore /src/A.csproj A.csproj was not restored without errors: Unable to find package MinVer. No packages "
        + "exist with this id in source(s): NuGet (NU1101)")]
    [InlineData(
        "/src/A.csproj : error MSB4236: The SDK 'No.Such.Sdk' specified could not be found.",
        "NoSdk InstallSdk /src/A.csproj A.csproj needs an SDK that is not installed: The SDK 'No.Such.Sdk' specified could not be "
        + "found. (MSB4236)")]
    [InlineData(
        @"C:\src\A.csproj(12,3): error MSB4025: The project file could not be loaded.",
        @"BrokenProject None C:\src\A.csproj A.csproj cannot be evaluated: The project file could not be loaded. (MSB4025)")]
    [InlineData(
        "  2>/src/A.targets(3,4): error : no code [/src/A.csproj]", null)]
    [InlineData("/src/A.csproj : warning NU1903: Package has a vulnerability", null)]
    [InlineData("  assistant-described|/src/error CS1: x.csproj|net8.0", null)]
    [InlineData("", null)]
    public void An_error_is_a_finding(string line, string? expected)
    {
        var messages = new BuildMessages();
        messages.Read(line);
        Assert.Equal(
            expected,
            messages.Findings.Select(
                finding => $"{finding.Kind} {finding.Remedy} {finding.Path} {finding.Message.Replace(@"C:\src\", "")}").SingleOrDefault());
    }

    [Fact]
    public void One_finding_per_project_and_kind()
    {
        var messages = new BuildMessages();
        foreach (var package in new[] { "One", "Two", "One", "Three" })
        {
            messages.Read($"/src/A.csproj : error NU1101: Unable to find package {package}");
        }
        messages.Read("/src/B.csproj : error NU1101: Unable to find package One");
        Assert.Equal(
            [
                "A.csproj was not restored without errors: Unable to find package One (NU1101) (and 2 more)",
                "B.csproj was not restored without errors: Unable to find package One (NU1101)",
            ],
            messages.Findings.Select(finding => finding.Message));
    }
}
