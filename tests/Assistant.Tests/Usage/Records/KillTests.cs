using System.Diagnostics;
using Assistant.ModelServers;
using Assistant.Settings;
using Assistant.Usage;
using Assistant.Usage.Records;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Usage.Records;

/// <summary>A process that writes records is killed in the middle of it (SIGKILL), or finds the disk full; what it has written stays readable.</summary>
public sealed class KillTests : IDisposable
{
    private const string FolderVariable = "TEST_RECORDS_FOLDER";
    private const int Kills = 5;

    // A whole process starts within it, on a machine that may be busy.
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("records-");

    public void Dispose() => temporary.Delete(recursive: true);

    [Fact]
    public async Task What_a_killed_process_wrote_is_whole_and_the_next_one_goes_on()
    {
        var before = 0L;
        for (var i = 0; i < Kills; i++)
        {
            using var child = StartChild();
            try
            {
                // In mid-write: it has added rows in this life, and goes on without a pause.
                await UntilAsync(() => Count() > before + (100 * i), child);
            }
            finally
            {
                child.Kill();
                await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
            var after = Count();
            Assert.True(after >= before, $"{before} rows were there, and {after} are left.");
            before = after;
        }
        Assert.Equal("ok", Ask("PRAGMA integrity_check"));
        Assert.Empty(temporary.EnumerateFiles("*.broken-*"));
        // No half rows: each transaction is there as a whole.
        Assert.Equal(0L, Ask("SELECT count(*) FROM requests WHERE endpoint <> 'child' OR total_ms <> 5"));
    }

    [Fact]
    public async Task A_full_disk_is_said_once_and_the_process_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A limit on the size of files stands in for a full disk.");
        // What .NET maps for its own code is a file too, and must not count.
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, Environment = { [FolderVariable] = temporary.FullName, ["DOTNET_EnableWriteXorExecute"] = "0" } };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"trap '' XFSZ; ulimit -f 256; exec dotnet {string.Join(' ', Arguments(nameof(Write_until_full)).Select(argument => $"'{argument}'"))}");
        using var child = Process.Start(start)!;
        using var guard = new CancellationTokenSource(Guard);
        await using (guard.Token.Register(child.Kill))
        {
            var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(child.ExitCode == 0, output);
        }
        Assert.Equal("ok", Ask("PRAGMA integrity_check"));
        Assert.True(Count() > 0);
    }

    /// <summary>The child, as below: it must be told that nothing can be written, and still add.</summary>
    [Fact(Explicit = true)]
    public async Task Write_until_full()
    {
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var records = new RequestRecords(AssistantSettings.Defaults, Environment.GetEnvironmentVariable(FolderVariable), TimeProvider.System, NullLogger.Instance);
        records.Trouble += message => Assert.True(said.TrySetResult(message));
        while (!said.Task.IsCompleted)
        {
            records.Add(Record);
            await Task.Yield();
        }
        records.Add(Record);
        Assert.Contains("kept in memory", await said.Task);
        Assert.NotNull(records.TrackOf("child", "coder", ModelTask.Completion));
    }

    /// <summary>The child: never runs by itself, only when the test above starts this assembly as a program and names it.</summary>
    [Fact(Explicit = true)]
    public async Task Write_until_killed()
    {
        await using var records = new RequestRecords(AssistantSettings.Defaults, Environment.GetEnvironmentVariable(FolderVariable), TimeProvider.System, NullLogger.Instance);
        while (true)
        {
            records.Add(Record);
            await Task.Yield();
        }
    }

    private static RequestRecord Record { get; } = new(
        TimeProvider.System.GetUtcNow(), "child", EndpointKind.LlamaCpp, "coder", ModelTask.Completion, TimeSpan.Zero, null, TimeSpan.FromMilliseconds(5),
        1, 1, 1, 1, RequestOutcome.Answered, null, LeftMachine: false);

    private Process StartChild() => Process.Start(new ProcessStartInfo("dotnet", Arguments(nameof(Write_until_killed)))
    {
        RedirectStandardOutput = true,
        Environment = { [FolderVariable] = temporary.FullName },
    })!;

    private static string[] Arguments(string method) => [typeof(KillTests).Assembly.Location, "-explicit", "only", "-method", $"{typeof(KillTests).FullName}.{method}"];

    private long Count()
    {
        try
        {
            return File.Exists(Path.Combine(temporary.FullName, RecordDatabase.FileName)) ? (long)Ask("SELECT count(*) FROM requests")! : 0;
        }
        catch (SqliteException)
        {
            // There is no table yet.
            return 0;
        }
    }

    private object? Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(temporary.FullName, RecordDatabase.FileName)};Pooling=False;Default Timeout=30");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>Polled: how far another process has come stands in its file only, and a process that would tell would not be in mid-write.</summary>
    private static async Task UntilAsync(Func<bool> reached, Process child)
    {
        using var guard = new CancellationTokenSource(Guard);
        while (!reached())
        {
            Assert.False(child.HasExited, "The child ended by itself.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, guard.Token);
        }
    }
}
