using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Assistant.ModelServers;
using Assistant.ModelServers.Privacy;
using Assistant.Settings;
using Assistant.Usage.Metrics;
using Assistant.Usage.Prices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Assistant.Usage.Records;

/// <summary>
/// Stores records and the audit log in a database on this machine, and publishes records as metrics. Adding puts a row into a queue and
/// returns; one task writes. The file is opened for the first row, so that it costs the start nothing. The first failure to write is
/// reported to the user; records then stay in memory only. A request to another machine waits for its row and gets the reason of a
/// failure.
/// </summary>
public sealed partial class RequestRecords : IRequestRecords, IAuditLog, IAsyncDisposable
{
    /// <summary>Limits the rows that wait for a hanging disk; further rows are dropped.</summary>
    private const int QueueLength = 4096;

    private const int RowsAtOnce = 256;

    /// <summary>A model's track rests on requests of this age or younger.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(14);

    private const string NoFolder = "the environment names no home, and records.folder no other place";

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    /// <summary>Longer than SQLite's own timeout for a busy database, so that only a hanging disk reaches it.</summary>
    private static readonly TimeSpan DiskTimeout = TimeSpan.FromSeconds(10);

    private readonly string? defaultFolder;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly TrackTable tracks = new();
    private readonly RequestMetrics metrics = new();
    private readonly MetricsExport export = new();
    private readonly Channel<RecordRow> queue;
    private readonly Task writing;
    private volatile AssistantSettings settings;
    private RecordDatabase? database;
    private string? openFolder;
    private DateTimeOffset prunedAt;
    private DateTimeOffset notBefore;
    private bool reported;
    private int loaded;

    /// <param name="defaultFolder">The folder if the settings name none; null: nothing is written then.</param>
    public RequestRecords(AssistantSettings settings, string? defaultFolder, TimeProvider clock, ILogger logger)
    {
        (this.settings, this.defaultFolder, this.clock, this.logger) = (settings, defaultFolder, clock, logger);
        queue = Channel.CreateBounded<RecordRow>(
            new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite }, Drop);
        writing = Task.Run(WriteAsync);
        export.Use(settings.Records.OtlpEndpoint);
    }

    /// <summary>Raised once, on any thread, at the first failure to write, with a sentence for users.</summary>
    public event Action<string>? Trouble;

    /// <summary>Completes when the export to the configured collector has started.</summary>
    internal Task Exporting => export.Started;

    public void Use(AssistantSettings now)
    {
        settings = now;
        export.Use(now.Records.OtlpEndpoint);
    }

    public void Add(RequestRecord record)
    {
        tracks.Add(new TrackedRequest(
            record.Endpoint, record.Model, record.Task, record.TimeToFirstToken?.TotalMilliseconds, record.Outcome));
        metrics.Add(record);
        Keep(new RequestRow(record, PriceList.BuiltIn.CostOf(record)));
    }

    public void Suggested(string endpoint, string model, bool kept)
    {
        tracks.Add(new TrackedSuggestion(endpoint, model, kept));
        Keep(new SuggestionRow(clock.GetUtcNow(), endpoint, model, kept));
    }

    public Task<string?> SentAsync(EndpointSettings endpoint, Uri url, ReadOnlySpan<byte> body, ModelFault? refused)
    {
        if (!settings.Records.Enabled)
        {
            return Task.FromResult<string?>(null);
        }
        var row = new SentRow(
            clock.GetUtcNow(),
            endpoint.Name,
            // User, password and query are left out: they may hold a key.
            url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped),
            body.Length,
            Convert.ToHexStringLower(SHA256.HashData(body)),
            refused,
            // A refused request was not sent, and may hold the secret for which it was refused.
            settings.Privacy.AuditText && refused is null ? Encoding.UTF8.GetString(body) : null);
        Keep(row);
        return row.SettledAsync(DiskTimeout, clock);
    }

    public ModelTrack? TrackOf(string endpoint, string model, ModelTask task) => tracks.TrackOf(endpoint, model, task);

    public Task LoadAsync() => QueryAsync<object?>(null, (here, now) =>
    {
        Load(here, now);
        return null;
    });

    public Task<IReadOnlyList<ModelUsage>> UsageAsync() => QueryAsync<IReadOnlyList<ModelUsage>>([], (here, _) => here.Usage());

    /// <summary>Writes the queued rows first, and waits a few seconds at most for a busy database.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
        database?.Dispose();
        await export.DisposeAsync();
        metrics.Dispose();
    }

    private void Keep(RecordRow row)
    {
        if (Folder is null)
        {
            (row as SentRow)?.Settle(NoFolder);
        }
        else if (!queue.Writer.TryWrite(row))
        {
            (row as SentRow)?.Settle("the session ends");
        }
    }

    private void Drop(RecordRow row)
    {
        (row as SentRow)?.Settle("too many rows wait for the disk");
        LogDropped(row.GetType().Name);
    }

    private string? Folder => settings.Records is { Enabled: true, Folder: var folder } ? folder ?? defaultFolder : null;

    private async Task WriteAsync()
    {
        var rows = new List<RecordRow>(RowsAtOnce);
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            rows.Clear();
            while (rows.Count < RowsAtOnce && queue.Reader.TryRead(out var row))
            {
                rows.Add(row);
            }
            string? trouble = "a bug, which is in the log";
            try
            {
                trouble = Write(rows);
            }
            catch (Exception bug)
            {
                // A bug in the records must not end the process.
                Basics.Never.Happens(logger, "writing records failed", bug);
                Close();
            }
            foreach (var row in rows.OfType<SentRow>())
            {
                row.Settle(trouble);
            }
        }
    }

    /// <returns>The reason why the rows were not written; null if they were, or if the user has turned records off meanwhile.</returns>
    private string? Write(List<RecordRow> rows)
    {
        var now = clock.GetUtcNow();
        // A row of the audit log is always tried, since its request waits for it.
        if (Folder is not { } folder)
        {
            return settings.Records.Enabled ? NoFolder : null;
        }
        if (now < notBefore && !rows.Exists(row => row is SentRow))
        {
            return null;
        }
        try
        {
            Opened(folder, now).Write(rows);
            if (now - prunedAt > TimeSpan.FromDays(1))
            {
                database!.Prune(now - TimeSpan.FromDays(settings.Records.KeepDays));
                prunedAt = now;
            }
            notBefore = default;
            return null;
        }
        catch (SqliteException broken) when (RecordDatabase.IsBroken(broken) && openFolder is not null)
        {
            // The file became corrupt while it was open.
            Close();
            ReportAside(RecordDatabase.MoveAside(Path.Combine(folder, RecordDatabase.FileName), now));
            return Retry(rows, folder, now);
        }
        catch (Exception trouble) when (IsTrouble(trouble))
        {
            return GiveUp(folder, trouble, now);
        }
    }

    private string? Retry(List<RecordRow> rows, string folder, DateTimeOffset now)
    {
        try
        {
            Opened(folder, now).Write(rows);
            return null;
        }
        catch (Exception trouble) when (IsTrouble(trouble))
        {
            return GiveUp(folder, trouble, now);
        }
    }

    private RecordDatabase Opened(string folder, DateTimeOffset now)
    {
        if (database is not null && openFolder == folder)
        {
            return database;
        }
        Close();
        database = RecordDatabase.Open(folder, now);
        openFolder = folder;
        if (database.SetAside is { } aside)
        {
            ReportAside(aside);
        }
        Load(database, now);
        return database;
    }

    /// <summary>Reads on a connection of its own; a missing database is not created.</summary>
    private Task<T> QueryAsync<T>(T nothing, Func<RecordDatabase, DateTimeOffset, T> query) => Task.Run(() =>
    {
        if (Folder is not { } folder || !File.Exists(Path.Combine(folder, RecordDatabase.FileName)))
        {
            return nothing;
        }
        var now = clock.GetUtcNow();
        try
        {
            using var here = RecordDatabase.Open(folder, now);
            return query(here, now);
        }
        catch (Exception trouble) when (IsTrouble(trouble))
        {
            LogTrouble($"Records of earlier sessions cannot be read: {trouble.Message}");
            return nothing;
        }
    });

    private void Load(RecordDatabase from, DateTimeOffset now)
    {
        if (Interlocked.Exchange(ref loaded, 1) == 0)
        {
            tracks.AddOlder(
                from.LastRequests(now - Remembered, TrackTable.Window),
                from.LastSuggestions(now - Remembered, TrackTable.Window));
        }
    }

    // Some platforms have no SQLite library (musl on ARM).
    private static bool IsTrouble(Exception error) =>
        error is SqliteException or IOException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException;

    private void Close()
    {
        database?.Dispose();
        (database, openFolder) = (null, null);
    }

    private string GiveUp(string folder, Exception trouble, DateTimeOffset now)
    {
        Close();
        notBefore = now + RetryDelay;
        Report(
            $"Records of requests cannot be written to {folder} ({trouble.Message}). They are kept in memory until that is fixed, "
            + "and nothing is sent to servers that are not on this machine; records.folder names another place, "
            + "records.enabled turns them off.");
        return $"{Path.Combine(folder, RecordDatabase.FileName)} cannot be written ({trouble.Message})";
    }

    private void ReportAside(string aside) =>
        Report($"The database of records could not be read and was set aside as {aside}; a new one was begun.");

    private void Report(string message)
    {
        LogTrouble(message);
        if (!reported)
        {
            reported = true;
            Trouble?.Invoke(message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    private partial void LogTrouble(string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A {Row} was not kept: too many are waiting for the disk.")]
    private partial void LogDropped(string row);
}
