using Assistant.ModelServers;
using Assistant.Settings;
using Assistant.Usage;
using Assistant.Usage.Records;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Usage.Records;

public sealed class RequestRecordsTests : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("records-");
    private readonly FakeClock clock = new();
    private readonly List<string> troubles = [];
    private readonly TaskCompletionSource troubled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string Folder => Path.Combine(temporary.FullName, "assistant");

    private string File => Path.Combine(Folder, RecordDatabase.FileName);

    public void Dispose() => temporary.Delete(recursive: true);

    [Fact]
    public async Task Each_request_is_one_row_with_its_cloud_price()
    {
        await WriteAsync(records =>
        {
            records.Add(Request());
            records.Add(Request() with
            {
                Outcome = RequestOutcome.Failed,
                Fault = ModelFault.Idle,
                TimeToFirstToken = null,
                PromptTokens = null,
                CachedTokens = null,
                CompletionTokens = null,
                TokensPerSecond = null,
                LeftMachine = true,
            });
        });
        Assert.Equal(
            [
                "1767225600000|here|LlamaCpp|coder|Completion|1.0|43.0|200.0|2000|1500|20|55.5|Answered||0|gpt-4.1-mini|0.000382",
                "1767225600000|here|LlamaCpp|coder|Completion|1.0||200.0|||||Failed|Idle|1||",
            ],
            Rows("SELECT * FROM requests"));
    }

    [Fact]
    public async Task Usage_is_summed_up_by_model()
    {
        await WriteAsync(records =>
        {
            records.Add(Request());
            records.Add(Request() with
            {
                Outcome = RequestOutcome.Failed,
                PromptTokens = null,
                CachedTokens = null,
                CompletionTokens = null,
                LeftMachine = true,
            });
            records.Add(Request() with { Model = "other" });
        });
        await using var asked = Open();
        Assert.Equal(
            [
                new ModelUsage("here", "coder", 2, 1, 1, 2000, 1500, 20, 0.000382),
                new ModelUsage("here", "other", 1, 0, 0, 2000, 1500, 20, 0.000382),
            ],
            await asked.UsageAsync());
    }

    [Fact]
    public async Task Nothing_is_opened_before_the_first_record()
    {
        await WriteAsync(records => Assert.Null(records.TrackOf("here", "coder", ModelTask.Completion)));
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Nothing_is_written_if_records_are_off_or_have_no_folder()
    {
        await WriteAsync(
            records => records.Add(Request()), settings => settings with { Records = settings.Records with { Enabled = false } });
        Assert.False(Directory.Exists(Folder));
        await using var withoutFolder = new RequestRecords(AssistantSettings.Defaults, defaultFolder: null, clock, NullLogger.Instance);
        withoutFolder.Add(Request());
        Assert.Equal(1, withoutFolder.TrackOf("here", "coder", ModelTask.Completion)?.Requests);
    }

    [Fact]
    public async Task A_models_track_goes_on_where_the_last_session_ended()
    {
        await WriteAsync(records =>
        {
            for (var i = 1; i <= 4; i++)
            {
                var outcome = i == 4 ? RequestOutcome.Failed : RequestOutcome.Answered;
                records.Add(Request() with { TimeToFirstToken = TimeSpan.FromMilliseconds(10 * i), Outcome = outcome });
            }
            records.Suggested("here", "coder", kept: true);
            records.Suggested("here", "coder", kept: false);
        });
        await using var asked = Open();
        Assert.Null(asked.TrackOf("here", "coder", ModelTask.Completion));
        await asked.LoadAsync();
        Assert.Equal(4, asked.TrackOf("here", "coder", ModelTask.Completion)?.Requests);

        var records = Open();
        // The first row that is written also loads the older ones; closing writes it.
        await using (records)
        {
            records.Add(Request() with { TimeToFirstToken = TimeSpan.FromMilliseconds(50), Outcome = RequestOutcome.Cancelled });
        }
        Assert.Equal(
            new ModelTrack(Requests: 5, TimeToFirstTokenMs: 30, FailedShare: 0.25, KeptShare: 0.5),
            records.TrackOf("here", "coder", ModelTask.Completion));
        Assert.Null(records.TrackOf("here", "coder", ModelTask.Explain));
        Assert.Null(records.TrackOf("there", "coder", ModelTask.Completion));
    }

    [Fact]
    public async Task Rows_older_than_the_days_to_keep_are_removed()
    {
        await WriteAsync(records =>
        {
            records.Add(Request());
            records.SentAsync(Cloud, Cloud.BaseUrl, "{}"u8, refused: null);
        });
        clock.Advance(TimeSpan.FromDays(89));
        await WriteAsync(records => records.Add(Request()));
        Assert.Equal(["2", "1"], Rows("SELECT count(*) FROM requests UNION ALL SELECT count(*) FROM sent"));
        clock.Advance(TimeSpan.FromDays(2));
        await WriteAsync(records => records.Add(Request()));
        Assert.Equal(["2", "0"], Rows("SELECT count(*) FROM requests UNION ALL SELECT count(*) FROM sent"));
    }

    [Fact]
    public async Task Two_processes_may_write_at_once()
    {
        await using (var one = Open())
        await using (var other = Open())
        {
            await Task.WhenAll(new[] { one, other }.Select(records => Task.Run(() =>
            {
                for (var i = 0; i < 500; i++)
                {
                    records.Add(Request());
                }
            })));
        }
        Assert.Empty(troubles);
        Assert.Equal(["1000"], Rows("SELECT count(*) FROM requests"));
    }

    [Theory]
    [InlineData("This is no database, and long enough to be taken for one without a check.")]
    [InlineData("SQLite format 3\0 and then something else than pages, pages, pages, pages, pages, pages, "
        + "pages, pages, pages, pages, pages, pages")]
    public async Task An_unreadable_database_is_set_aside_and_reported_once(string content)
    {
        Directory.CreateDirectory(Folder);
        await System.IO.File.WriteAllTextAsync(File, content, TestContext.Current.CancellationToken);
        await WriteAsync(records => records.Add(Request()));
        Assert.Equal(["1"], Rows("SELECT count(*) FROM requests"));
        var aside = Directory.EnumerateFiles(Folder, "*.broken-*").Single();
        Assert.Equal(content, await System.IO.File.ReadAllTextAsync(aside, TestContext.Current.CancellationToken));
        Assert.Contains("set aside", Assert.Single(troubles));
    }

    [Fact]
    public async Task A_database_that_breaks_while_it_is_open_is_set_aside_too()
    {
        await using (var records = Open())
        {
            records.Add(Request());
            await UntilAsync(() => Written() == 1);
            // The checkpoint is busy while the writer prunes. The log must be empty, since it would repair the file.
            await UntilAsync(() => Rows("PRAGMA wal_checkpoint(TRUNCATE)") is ["0|0|0"]);
            using (var damaged = new FileStream(File, FileMode.Open, System.IO.FileAccess.Write, FileShare.ReadWrite))
            {
                damaged.Write(Enumerable.Repeat((byte)0xAB, (int)damaged.Length).ToArray());
            }
            records.Add(Request());
        }
        Assert.Equal(["1"], Rows("SELECT count(*) FROM requests"));
        Assert.Contains("set aside", Assert.Single(troubles));
    }

    [Fact]
    public async Task A_locked_database_is_kept_and_used_again()
    {
        await WriteAsync(records => records.Add(Request()));
        await using var records = Open();
        await using (var lockOf = await ConnectAsync())
        {
            await using var transaction = lockOf.BeginTransaction(deferred: false);
            records.Add(Request());
            await troubled.Task.WaitAsync(Guard, TimeProvider.System, TestContext.Current.CancellationToken);
            records.Add(Request());
        }
        Assert.Contains("kept in memory", Assert.Single(troubles));
        Assert.Equal(2, records.TrackOf("here", "coder", ModelTask.Completion)?.Requests);
        clock.Advance(TimeSpan.FromMinutes(2));
        records.Add(Request() with { Model = "after" });
        await UntilAsync(() => Rows("SELECT model FROM requests WHERE model = 'after'").Count == 1);
        Assert.Single(troubles);
    }

    [Fact]
    public async Task Without_a_writable_folder_records_stay_in_memory()
    {
        // A file in the folder's place blocks the writes, also those of root.
        await System.IO.File.WriteAllTextAsync(Folder, "", TestContext.Current.CancellationToken);
        await using var records = Open();
        records.Add(Request());
        await troubled.Task.WaitAsync(Guard, TimeProvider.System, TestContext.Current.CancellationToken);
        records.Add(Request());
        Assert.Equal(2, records.TrackOf("here", "coder", ModelTask.Completion)?.Requests);
        Assert.Contains(Folder, Assert.Single(troubles));
        Assert.Contains("records.folder", troubles[0]);
    }

    [Fact]
    public async Task The_database_of_a_newer_version_is_not_touched()
    {
        await WriteAsync(records => records.Add(Request()));
        Rows("PRAGMA user_version = 99");
        await WriteAsync(records => records.Add(Request()));
        Assert.Equal(["1"], Rows("SELECT count(*) FROM requests"));
        Assert.Contains("newer version", Assert.Single(troubles));
    }

    [Fact]
    public async Task The_audit_log_holds_hashes_and_text_only_if_configured()
    {
        await WriteAsync(
            records => records.SentAsync(Cloud, new Uri("https://api.example/v1/completions?key=hidden"), "{\"a\":1}"u8, refused: null));
        Assert.Equal(
            ["1767225600000|cloud|https://api.example/v1/completions|7|015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862||"],
            Rows("SELECT * FROM sent"));

        await WriteAsync(
            records =>
            {
                records.SentAsync(Cloud, Cloud.BaseUrl, "{\"a\":1}"u8, refused: null);
                records.SentAsync(Cloud, Cloud.BaseUrl, "{\"a\":2}"u8, ModelFault.SecretFound);
            },
            settings => settings with { Privacy = settings.Privacy with { AuditText = true } });
        Assert.Equal(["|", "|{\"a\":1}", "SecretFound|"], Rows("SELECT refused, text FROM sent"));
    }

    [Fact]
    public async Task A_changed_folder_applies_from_the_next_record()
    {
        await using (var records = Open())
        {
            records.Add(Request());
            await UntilAsync(() => Written() == 1);
            var changed = AssistantSettings.Defaults.Records with { Folder = Path.Combine(temporary.FullName, "other") };
            records.Use(AssistantSettings.Defaults with { Records = changed });
            records.Add(Request());
        }
        Assert.Equal(["1"], Rows("SELECT count(*) FROM requests"));
        Assert.True(System.IO.File.Exists(Path.Combine(temporary.FullName, "other", RecordDatabase.FileName)));
    }

    private static EndpointSettings Cloud => EndpointSettings.At("cloud", new Uri("https://api.example/v1/"));

    private RequestRecord Request() => new(
        clock.GetUtcNow(),
        "here",
        EndpointKind.LlamaCpp,
        "coder",
        ModelTask.Completion,
        Queued: TimeSpan.FromMilliseconds(1),
        TimeToFirstToken: TimeSpan.FromMilliseconds(43),
        Total: TimeSpan.FromMilliseconds(200),
        PromptTokens: 2000,
        CachedTokens: 1500,
        CompletionTokens: 20,
        TokensPerSecond: 55.5,
        RequestOutcome.Answered,
        Fault: null,
        LeftMachine: false);

    private RequestRecords Open(Func<AssistantSettings, AssistantSettings>? change = null)
    {
        var records = new RequestRecords(
            change is null ? AssistantSettings.Defaults : change(AssistantSettings.Defaults), Folder, clock, NullLogger.Instance);
        records.Trouble += message =>
        {
            troubles.Add(message);
            troubled.TrySetResult();
        };
        return records;
    }

    /// <summary>Runs a session whose end writes all rows.</summary>
    private async Task WriteAsync(Action<RequestRecords> write, Func<AssistantSettings, AssistantSettings>? change = null)
    {
        await using var records = Open(change);
        write(records);
    }

    private async Task<SqliteConnection> ConnectAsync()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False;Default Timeout=30");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>The number of rows; 0 without a table.</summary>
    private int Written()
    {
        try
        {
            return System.IO.File.Exists(File) ? Rows("SELECT at FROM requests").Count : 0;
        }
        catch (SqliteException)
        {
            return 0;
        }
    }

    private List<string> Rows(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False;Default Timeout=30");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            var values = Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "" : reader.GetString(column));
            rows.Add(string.Join('|', values));
        }
        return rows;
    }

    /// <summary>Polls the file as another process would, since the writer reports no progress.</summary>
    private static async Task UntilAsync(Func<bool> reached)
    {
        using var guard = new CancellationTokenSource(Guard);
        while (!reached())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, guard.Token);
        }
    }
}
