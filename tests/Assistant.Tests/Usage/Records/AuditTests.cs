using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Tests.Models;
using Assistant.Usage.Records;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.Usage.Records;

/// <summary>A request to another machine waits for its row in the audit log; without a row it is not sent.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("audit-");
    private readonly FakeClock clock = new();

    private string Folder => Path.Combine(temporary.FullName, "assistant");

    private string File => Path.Combine(Folder, RecordDatabase.FileName);

    public void Dispose() => temporary.Delete(recursive: true);

    [Fact]
    public async Task A_completed_row_is_on_the_disk()
    {
        await using var records = Open();
        Assert.Null(await SentAsync(records));
        Assert.Equal(1, Rows());
    }

    [Fact]
    public async Task A_failed_write_reports_file_and_cause_and_each_row_is_tried_again()
    {
        // A file in the folder's place blocks the writes, also those of root.
        await System.IO.File.WriteAllTextAsync(Folder, "", TestContext.Current.CancellationToken);
        await using var records = Open();
        Assert.StartsWith($"{File} cannot be written (", await SentAsync(records));
        Assert.StartsWith($"{File} cannot be written (", await SentAsync(records));
        System.IO.File.Delete(Folder);
        Assert.Null(await SentAsync(records));
        Assert.Equal(1, Rows());
    }

    [Fact]
    public async Task A_locked_database_is_reported_after_seconds()
    {
        await using var records = Open();
        Assert.Null(await SentAsync(records));
        await using var other = new SqliteConnection($"Data Source={File};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using (other.BeginTransaction(deferred: false))
        {
            Assert.Contains("locked", await SentAsync(records));
        }
        Assert.Null(await SentAsync(records));
    }

    [Fact]
    public async Task Without_a_folder_no_row_is_written()
    {
        await using var withoutFolder = new RequestRecords(AssistantSettings.Defaults, defaultFolder: null, clock, NullLogger.Instance);
        Assert.Contains("names no home", await SentAsync(withoutFolder));
    }

    [Fact]
    public async Task Disabled_records_disable_the_audit()
    {
        await using var records = Open(
            AssistantSettings.Defaults with { Records = AssistantSettings.Defaults.Records with { Enabled = false } });
        Assert.Null(await SentAsync(records));
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task After_the_end_a_row_fails_at_once()
    {
        var records = Open();
        await records.DisposeAsync();
        Assert.Equal("the session ends", await SentAsync(records));
    }

    // The whole path from the router to a server, for a remote endpoint that is allowed and for a local one.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_local_endpoints_work_without_an_audit_log(bool local)
    {
        await System.IO.File.WriteAllTextAsync(Folder, "", TestContext.Current.CancellationToken);
        await using var simulator = await Simulator.StartAsync(Served.Options("llamacpp"));
        await using var records = Open();
        var endpoint = EndpointSettings.At("far", simulator.BaseUrl) with { Local = local, RemoteAllowed = true };
        using var servers = new ModelServices(
            AssistantSettings.Defaults with { Endpoints = [endpoint] }, TimeProvider.System, NullLogger.Instance, records, records);
        var route = (await servers.Router.RouteAsync(ModelTask.Completion, TestContext.Current.CancellationToken)).Route!;
        var asking = Served.TextAsync(servers.Fim.StreamAsync(route, Served.Hole(route), TestContext.Current.CancellationToken));
        if (local)
        {
            Assert.Equal(Served.Answer, await asking);
            return;
        }
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => asking);
        Assert.Equal(ModelFault.NotAudited, failure.Fault);
        Assert.Contains(File, failure.Message);
        Assert.Empty(simulator.Log.Completions);
        Assert.Equal(
            ModelState.Up, (await servers.Router.RouteAsync(ModelTask.Completion, TestContext.Current.CancellationToken)).Status.State);
    }

    private static Task<string?> SentAsync(RequestRecords records) => records
        .SentAsync(
            EndpointSettings.At("cloud", new Uri("https://api.example/v1/")),
            new Uri("https://api.example/v1/completions"),
            "{}"u8,
            refused: null)
        .WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

    private RequestRecords Open(AssistantSettings? settings = null) =>
        new(settings ?? AssistantSettings.Defaults, Folder, clock, NullLogger.Instance);

    private long Rows()
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sent";
        return (long)command.ExecuteScalar()!;
    }
}
