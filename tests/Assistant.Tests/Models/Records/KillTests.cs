using System.Diagnostics;
using Assistant.Models;
using Assistant.Models.Records;
using Assistant.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Models.Records;

/// <summary>A process that writes records is killed in the middle of it (SIGKILL), again and again; what it has written stays readable.</summary>
public sealed class KillTests : IDisposable
{
    private const string FolderVariable = "TEST_RECORDS_FOLDER";
    private const int Kills = 5;

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

    /// <summary>The child: never runs by itself, only when the test above starts this assembly as a program and names it.</summary>
    [Fact(Explicit = true)]
    public async Task Write_until_killed()
    {
        await using var records = new RequestRecords(AssistantSettings.Defaults, Environment.GetEnvironmentVariable(FolderVariable), TimeProvider.System, NullLogger.Instance);
        while (true)
        {
            records.Add(new RequestRecord(
                TimeProvider.System.GetUtcNow(), "child", EndpointKind.LlamaCpp, "coder", ModelTask.Completion, TimeSpan.Zero, null, TimeSpan.FromMilliseconds(5),
                1, 1, 1, 1, RequestOutcome.Answered, null, LeftMachine: false));
            await Task.Yield();
        }
    }

    private Process StartChild()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in new[] { typeof(KillTests).Assembly.Location, "-explicit", "only", "-method", $"{typeof(KillTests).FullName}.{nameof(Write_until_killed)}" })
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment[FolderVariable] = temporary.FullName;
        return Process.Start(start)!;
    }

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

    private static async Task UntilAsync(Func<bool> reached, Process child)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!reached())
        {
            Assert.False(child.HasExited, "The child ended by itself.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, guard.Token);
        }
    }
}
