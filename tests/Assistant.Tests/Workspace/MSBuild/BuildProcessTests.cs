using Assistant.Workspace.MSBuild;

namespace Assistant.Tests.Workspace.MSBuild;

public sealed class BuildProcessTests
{
    [Fact]
    public async Task A_cancel_ends_the_process_and_its_children()
    {
        using var folder = new WorkspaceFolder();
        using var cancel = new CancellationTokenSource();
        // The grandchild holds a pipe open, so the end of the pipe shows the end of the grandchild.
        var run = BuildProcess.RunAsync(
            "/bin/sh", ["-c", "mkfifo alive; echo ready; sleep 600 > alive & wait"], folder.Root, _ => ready.TrySetResult(), cancel.Token);
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        // Opening waits until the grandchild has opened the other end.
        await using var alive = await Task.Run(() => File.OpenRead(folder.At("alive")));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(0, await alive.ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System));
    }

    private readonly TaskCompletionSource ready = new();

    [Fact]
    public async Task Both_streams_are_read_and_the_exit_code_is_returned()
    {
        var heard = new List<string>();
        var exitCode = await BuildProcess.RunAsync(
            "/bin/sh", ["-c", "echo out; echo err >&2; exit 7"], Path.GetTempPath(), heard.Add, default);
        Assert.Equal(7, exitCode);
        Assert.Equal(["err", "out"], heard.Order());
    }

    [Fact]
    public async Task A_missing_program_has_no_exit_code() =>
        Assert.Null(
            await BuildProcess.RunAsync(Path.Combine(Path.GetTempPath(), "no such program"), [], Path.GetTempPath(), _ => { }, default));
}
