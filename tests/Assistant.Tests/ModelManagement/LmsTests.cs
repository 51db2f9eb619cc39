using Assistant.ModelManagement;
using Assistant.ModelServers;

namespace Assistant.Tests.ModelManagement;

public sealed class LmsTests
{
    private const string Wanted = "qwen2.5-coder-7b-instruct";

    [Theory]
    [InlineData("/usr/bin:/opt/lms", "/opt/lms/lms", "/opt/lms/lms")]
    [InlineData("/usr/bin", "/home/me/.lmstudio/bin/lms", "/home/me/.lmstudio/bin/lms")]
    [InlineData("/usr/bin", "/elsewhere/lms", null)]
    [InlineData(".:bin:/usr/bin", "/repo/bin/lms", null)]
    [InlineData("/repo/tools:/usr/bin", "/repo/tools/lms", null)]
    [InlineData("/repo/../repo/tools", "/repo/tools/lms", null)]
    [InlineData("/repository/tools", "/repository/tools/lms", "/repository/tools/lms")]
    [InlineData("", "/home/me/.lmstudio/bin/lms", "/home/me/.lmstudio/bin/lms")]
    public void Lms_is_never_run_from_a_workspace(string path, string there, string? expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The paths are those of other systems.");
        Assert.Equal(expected, LmsProgram.Find(path, "/home/me", ["/repo"], windows: false, file => file == there));
    }

    [Theory]
    // Nothing is there: every step runs.
    [InlineData("""{"running":false}""", "[]", "[]", """[{"modelKey":"qwen2.5-coder-7b-instruct"}]""",
        "server status --json --quiet; server start -p 1234; ps --json; ls --json --llm; "
            + "get qwen2.5-coder-7b-instruct -y; ls --json --llm; load qwen2.5-coder-7b-instruct -c 8192 -y",
        "qwen2.5-coder-7b-instruct")]
    // The server runs, and has another model with FIM: nothing is downloaded.
    [InlineData("""{"running":true,"port":1234}""", "[]", """[{"modelKey":"gpt-oss-20b"},{"modelKey":"mistralai/codestral-22b"}]""", "",
        "server status --json --quiet; ps --json; ls --json --llm; load mistralai/codestral-22b -c 8192 -y",
        "mistralai/codestral-22b")]
    // Everything is there: no step runs.
    [InlineData(
        """{"running":true,"port":1234}""", """[{"identifier":"mine"},{"identifier":"qwen/qwen2.5-coder-7b-instruct@q4_k_m"}]""", "", "",
        "server status --json --quiet; ps --json", "qwen/qwen2.5-coder-7b-instruct@q4_k_m")]
    public async Task A_step_runs_only_if_it_is_needed(
        string status, string loaded, string first, string second, string expected, string model)
    {
        var asked = new List<string>();
        var lists = 0;
        var found = await new LmStudioSetUp((arguments, _, _) =>
        {
            asked.Add(string.Join(' ', arguments));
            return Task.FromResult((0, arguments[0] switch
            {
                "server" when arguments[1] == "status" => status,
                "ps" => loaded,
                "ls" => lists++ == 0 ? first : second,
                _ => "",
            }));
        }).RunAsync(Wanted, 1234, new Silent(), CancellationToken.None);
        Assert.Equal((expected, model), (string.Join("; ", asked), found));
    }

    [Fact]
    public async Task A_failed_step_quotes_lms()
    {
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => new LmStudioSetUp((arguments, onLine, _) =>
        {
            if (arguments[0] == "get")
            {
                onLine!("Error: no such model in the hub");
                onLine("");
                return Task.FromResult((1, ""));
            }
            return Task.FromResult((0, "[]"));
        }).RunAsync(Wanted, 1234, new Silent(), CancellationToken.None));
        Assert.Equal("`lms get qwen2.5-coder-7b-instruct -y` failed: Error: no such model in the hub", failure.Message);
        Assert.NotEmpty(failure.Remedy);
    }

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The double is a script.");
        var folder = Directory.CreateTempSubdirectory("assistant-lms-");
        try
        {
            var program = Path.Combine(folder.FullName, "lms");
            await File.WriteAllTextAsync(program, "#!/bin/sh\nfor a in \"$@\"; do echo \"[$a]\"; done\necho to-stderr >&2\nexit 3\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
            var lines = new List<string>();
            var (code, output) = await LmsProgram.RunAsync(
                program, ["get", "a b; rm -rf $HOME", "`id`"], lines.Add, CancellationToken.None);
            Assert.Equal((3, "[get]\n[a b; rm -rf $HOME]\n[`id`]"), (code, output));
            Assert.Contains("to-stderr", lines);
            await Assert.ThrowsAsync<ModelServerException>(() => LmsProgram.RunAsync(program + "-gone", [], null, CancellationToken.None));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Silent : IProgress<ManagementProgress>
    {
        public void Report(ManagementProgress value)
        {
        }
    }
}
