using System.Globalization;
using Assistant.ModelServers;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Assistant.Usage.Records;

/// <summary>
/// <c>records.db</c>: an SQLite file with a write-ahead log. It survives a kill at any moment, and several processes may write. Its
/// methods block, for up to <see cref="BusySeconds"/> while others write; only <see cref="RequestRecords"/> calls them, from one task.
/// </summary>
internal sealed class RecordDatabase : IDisposable
{
    public const string FileName = "records.db";

    private const int SchemaVersion = 1;
    private const int BusySeconds = 2;

    // SQLite's result codes (sqlite.org/rescode.html).
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private const string FirstSchema =
        """
        CREATE TABLE requests (
            at INTEGER NOT NULL, -- ms since 1970, UTC; so in all tables
            endpoint TEXT NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL, task TEXT NOT NULL,
            queued_ms REAL NOT NULL, first_token_ms REAL, total_ms REAL NOT NULL,
            prompt_tokens INTEGER, cached_tokens INTEGER, completion_tokens INTEGER, tokens_per_second REAL,
            outcome TEXT NOT NULL, fault TEXT, left_machine INTEGER NOT NULL,
            cloud_model TEXT, cloud_usd REAL);
        CREATE INDEX requests_at ON requests (at);
        CREATE TABLE suggestions (at INTEGER NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL, kept INTEGER NOT NULL);
        CREATE INDEX suggestions_at ON suggestions (at);
        CREATE TABLE sent (
                at INTEGER NOT NULL, endpoint TEXT NOT NULL, url TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
                refused TEXT, text TEXT);
        CREATE INDEX sent_at ON sent (at);
        PRAGMA user_version = 1;
        """;

    private readonly SqliteConnection connection;

    private RecordDatabase(SqliteConnection connection) => this.connection = connection;

    /// <summary>The new name of the former file, which could not be read; null if none was moved.</summary>
    public string? SetAside { get; private init; }

    /// <summary>Opens or creates the database. A file that is no database is moved aside, and a new one is created.</summary>
    /// <exception cref="SqliteException">The file is locked or not writable, or the disk is full.</exception>
    /// <exception cref="IOException">As above; likewise <see cref="UnauthorizedAccessException"/>.</exception>
    public static RecordDatabase Open(string folder, DateTimeOffset now)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            // Only the user may read the audit log.
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        var file = Path.Combine(folder, FileName);
        try
        {
            return Connect(file, setAside: null);
        }
        catch (SqliteException broken) when (IsBroken(broken))
        {
            return Connect(file, MoveAside(file, now));
        }
    }

    /// <summary>SQLite reports that the file is corrupt or no database.</summary>
    public static bool IsBroken(SqliteException error) => error.SqliteErrorCode is Corrupt or NotADatabase;

    public static string MoveAside(string file, DateTimeOffset now)
    {
        var aside = string.Create(CultureInfo.InvariantCulture, $"{file}.broken-{now:yyyyMMdd-HHmmss}");
        File.Move(file, aside, overwrite: true);
        foreach (var beside in new[] { "-wal", "-shm" }.Where(suffix => File.Exists(file + suffix)))
        {
            File.Move(file + beside, aside + beside, overwrite: true);
        }
        return aside;
    }

    /// <summary>Writes all rows or none.</summary>
    public void Write(IEnumerable<RecordRow> rows) => InTransaction(connection, () =>
    {
        foreach (var row in rows)
        {
            using var command = connection.CreateCommand();
            row.Bind(command);
            command.ExecuteNonQuery();
        }
    });

    public void Prune(DateTimeOffset before)
    {
        foreach (var table in new[] { "requests", "suggestions", "sent" })
        {
            Execute(connection, $"DELETE FROM {table} WHERE at < {before.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}");
        }
    }

    /// <summary>The last requests of each endpoint, model and task, oldest first.</summary>
    public IReadOnlyList<TrackedRequest> LastRequests(DateTimeOffset since, int limit) => Read(
        """
        SELECT endpoint, model, task, first_token_ms, outcome
        FROM (SELECT *, row_number() OVER (PARTITION BY endpoint, model, task ORDER BY at DESC) AS age FROM requests WHERE at >= $since)
        WHERE age <= $limit ORDER BY at
        """,
        since,
        limit,
        row => Enum.TryParse<ModelTask>(row.GetString(2), out var task) && Enum.TryParse<RequestOutcome>(row.GetString(4), out var outcome)
            ? new TrackedRequest(row.GetString(0), row.GetString(1), task, Number(row, 3), outcome)
            : null);

    /// <summary>The last suggestions of each endpoint and model, oldest first.</summary>
    public IReadOnlyList<TrackedSuggestion> LastSuggestions(DateTimeOffset since, int limit) => Read(
        """
        SELECT endpoint, model, kept
        FROM (SELECT *, row_number() OVER (PARTITION BY endpoint, model ORDER BY at DESC) AS age FROM suggestions WHERE at >= $since)
        WHERE age <= $limit ORDER BY at
        """,
        since,
        limit,
        row => new TrackedSuggestion(row.GetString(0), row.GetString(1), row.GetBoolean(2)));

    public IReadOnlyList<ModelUsage> Usage() => Read(
        """
        SELECT endpoint, model, count(*), sum(outcome = 'Failed'), sum(left_machine),
                coalesce(sum(prompt_tokens), 0), coalesce(sum(cached_tokens), 0), coalesce(sum(completion_tokens), 0),
                coalesce(sum(cloud_usd), 0.0)
        FROM requests WHERE at >= $since GROUP BY endpoint, model ORDER BY count(*) DESC LIMIT $limit
        """,
        DateTimeOffset.UnixEpoch,
        1000,
        row => new ModelUsage(
            row.GetString(0),
            row.GetString(1),
            row.GetInt64(2),
            row.GetInt64(3),
            row.GetInt64(4),
            row.GetInt64(5),
            row.GetInt64(6),
            row.GetInt64(7),
            row.GetDouble(8)));

    public void Dispose() => connection.Dispose();

    private static RecordDatabase Connect(string file, string? setAside)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            DefaultTimeout = BusySeconds,
            // A pool would keep the file open after Dispose.
            Pooling = false,
        }.ToString());
        try
        {
            if (!OperatingSystem.IsWindows() && !File.Exists(file))
            {
                // SQLite would create it readable for others if the folder existed before.
                new FileStream(file, new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = System.IO.FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }).Dispose();
            }
            connection.Open();
            // NORMAL: a power cut may cost the last rows, never the file.
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
            Prepare(connection);
            return new RecordDatabase(connection) { SetAside = setAside };
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Prepare(SqliteConnection connection) => InTransaction(connection, () =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        var version = Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        if (version > SchemaVersion)
        {
            throw new IOException(
                $"{connection.DataSource} was made by a newer version of this program (schema {version}, known is {SchemaVersion}).");
        }
        if (version < SchemaVersion)
        {
            // A later version adds its migrations here, one for each schema version.
            Execute(connection, FirstSchema);
        }
    });

    /// <summary>
    /// Runs work in an immediate transaction, so that two processes that begin at once wait for each other. SqliteTransaction is not used:
    /// on a full disk SQLite has rolled back already, and its Dispose then throws, also when the connection is closed.
    /// </summary>
    private static void InTransaction(SqliteConnection connection, Action work)
    {
        Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            work();
            Execute(connection, "COMMIT");
        }
        catch
        {
            // Fails if SQLite has rolled back already, which is harmless.
            raw.sqlite3_exec(connection.Handle, "ROLLBACK");
            throw;
        }
    }

    private List<T> Read<T>(string query, DateTimeOffset since, int limit, Func<SqliteDataReader, T?> convert)
        where T : class
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        command.Parameters.AddWithValue("$since", since.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$limit", limit);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            if (convert(reader) is { } row)
            {
                rows.Add(row);
            }
        }
        return rows;
    }

    private static double? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
