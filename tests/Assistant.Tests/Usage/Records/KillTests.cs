using System.Diagnostics;
using Assistant.ModelServers;
using Assistant.Settings;
using Assistant.Usage;
using Assistant.Usage.Records;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Usage.Records;

/// <summary>
/// A process is killed while it writes records (SIGKILL), or finds the disk full. The rows that it has written stay readable.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const string FolderVariable = "TEST_RECORDS_FOLDER";
    private const int Kills = 5;

    // A whole process must start within it, on a machine that may be busy.
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("records-");

    public void Dispose() => temporary.Delete(recursive: true);

    [Fact]
    public async Task A_killed_process_leaves_a_readable_database_for_the_next_one()
    {
        var before = 0L;
        for (var i = 0; i < Kills; i++)
        {
            using var child = StartChild();
            try
            {
                // The child has added rows in this life and is still writing.
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
        // Each transaction is complete or absent.
        Assert.Equal(0L, Ask("SELECT count(*) FROM requests WHERE endpoint <> 'child' OR total_ms <> 5"));
    }

    [Fact]
    public async Task A_full_disk_is_reported_once_and_the_process_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A limit on the size of files stands in for a full disk.");
        // The files of .NET's own code mappings must not count against the limit.
        var start = new ProcessStartInfo("bash")
        {
            RedirectStandardOutput = true,
            Environment = { [FolderVariable] = temporary.FullName, ["DOTNET_EnableWriteXorExecute"] = "0" },
        };
        start.ArgumentList.Add("-c");
        var arguments = string.Join(' ', Arguments(nameof(Write_until_full)).Select(argument => $"'{argument}'"));
        start.ArgumentList.Add($"trap '' XFSZ; ulimit -f 256; exec dotnet {arguments}");
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

    /// <summary>The child of the test above: it must hear of the failure to write, and can still add records.</summary>
    [Fact(Explicit = true)]
    public async Task Write_until_full()
    {
        var reported = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var records = OpenInChild();
        records.Trouble += message => Assert.True(reported.TrySetResult(message));
        while (!reported.Task.IsCompleted)
        {
            records.Add(Record);
            await Task.Yield();
        }
        records.Add(Record);
        Assert.Contains("kept in memory", await reported.Task);
        Assert.NotNull(records.TrackOf("child", "coder", ModelTask.Completion));
    }

    /// <summary>The child: it runs only when the first test starts this assembly as a program and names it.</summary>
    [Fact(Explicit = true)]
    public async Task Write_until_killed()
    {
        await using var records = OpenInChild();
        while (true)
        {
            records.Add(Record);
            await Task.Yield();
        }
    }

    private static RequestRecords OpenInChild() => new(
        AssistantSettings.Defaults, Environment.GetEnvironmentVariable(FolderVariable), TimeProvider.System, NullLogger.Instance);

    private static RequestRecord Record { get; } = new(
        TimeProvider.System.GetUtcNow(),
        "child",
        EndpointKind.LlamaCpp,
        "coder",
        ModelTask.Completion,
        Queued: TimeSpan.Zero,
        TimeToFirstToken: null,
        Total: TimeSpan.FromMilliseconds(5),
        PromptTokens: 1,
        CachedTokens: 1,
        CompletionTokens: 1,
        TokensPerSecond: 1,
        RequestOutcome.Answered,
        Fault: null,
        LeftMachine: false);

    private Process StartChild() => Process.Start(new ProcessStartInfo("dotnet", Arguments(nameof(Write_until_killed)))
    {
        RedirectStandardOutput = true,
        Environment = { [FolderVariable] = temporary.FullName },
    })!;

    private static string[] Arguments(string method) =>
        [typeof(KillTests).Assembly.Location, "-explicit", "only", "-method", $"{typeof(KillTests).FullName}.{method}"];

    private long Count()
    {
        try
        {
            return File.Exists(Path.Combine(temporary.FullName, RecordDatabase.FileName)) ? (long)Ask("SELECT count(*) FROM requests")! : 0;
        }
        catch (SqliteException)
        {
            // The table does not exist yet.
            return 0;
        }
    }

    private object? Ask(string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(temporary.FullName, RecordDatabase.FileName)};Pooling=False;Default Timeout=30");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>
    /// Polls, since only the file shows the progress of another process: a process that reported it would pause its writes.
    /// </summary>
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
