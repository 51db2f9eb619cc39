using Assistant.ModelServers;
using Microsoft.Data.Sqlite;

namespace Assistant.Usage.Records;

/// <summary>One row of a table of the database.</summary>
internal abstract record RecordRow
{
    /// <summary>The INSERT statement; its parameters are named after <see cref="Values"/>, such as <c>$at</c>.</summary>
    public abstract string Insert { get; }

    public abstract IEnumerable<(string Name, object? Value)> Values { get; }

    public void Bind(SqliteCommand command)
    {
        command.CommandText = Insert;
        foreach (var (name, value) in Values)
        {
            command.Parameters.AddWithValue($"${name}", value ?? DBNull.Value);
        }
    }
}

/// <summary>The cost and outcome of one request.</summary>
internal sealed record RequestRow(RequestRecord Record, (string Model, double Usd)? Cost) : RecordRow
{
    public override string Insert =>
        """
        INSERT INTO requests (at, endpoint, kind, model, task, queued_ms, first_token_ms, total_ms,
            prompt_tokens, cached_tokens, completion_tokens, tokens_per_second, outcome, fault, left_machine, cloud_model, cloud_usd)
        VALUES ($at, $endpoint, $kind, $model, $task, $queued, $firstToken, $total, $prompt, $cached, $completion,
            $tokensPerSecond, $outcome, $fault, $left, $cloudModel, $cloudUsd)
        """;

    public override IEnumerable<(string Name, object? Value)> Values =>
    [
        ("at", Record.At.ToUnixTimeMilliseconds()),
        ("endpoint", Record.Endpoint),
        ("kind", Record.Kind.ToString()),
        ("model", Record.Model),
        ("task", Record.Task.ToString()),
        ("queued", Record.Queued.TotalMilliseconds),
        ("firstToken", Record.TimeToFirstToken?.TotalMilliseconds),
        ("total", Record.Total.TotalMilliseconds),
        ("prompt", Record.PromptTokens),
        ("cached", Record.CachedTokens),
        ("completion", Record.CompletionTokens),
        ("tokensPerSecond", Record.TokensPerSecond),
        ("outcome", Record.Outcome.ToString()),
        ("fault", Record.Fault?.ToString()),
        ("left", Record.LeftMachine ? 1 : 0),
        ("cloudModel", Cost?.Model),
        ("cloudUsd", Cost?.Usd),
    ];
}

/// <summary>A suggestion that was shown, and whether the user kept it.</summary>
internal sealed record SuggestionRow(DateTimeOffset At, string Endpoint, string Model, bool Kept) : RecordRow
{
    public override string Insert => "INSERT INTO suggestions (at, endpoint, model, kept) VALUES ($at, $endpoint, $model, $kept)";

    public override IEnumerable<(string Name, object? Value)> Values =>
        [("at", At.ToUnixTimeMilliseconds()), ("endpoint", Endpoint), ("model", Model), ("kept", Kept ? 1 : 0)];
}

/// <summary>A request to another machine, sent or refused.</summary>
/// <param name="Refused">The reason why it was not sent; null if it was sent.</param>
/// <param name="Text">Null unless <c>privacy.auditText</c> is on.</param>
internal sealed record SentRow(
    DateTimeOffset At, string Endpoint, string Url, int Bytes, string Sha256, ModelFault? Refused, string? Text) : RecordRow
{
    private readonly TaskCompletionSource<string?> settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the row is written: null, or the reason of the failure.</summary>
    public async Task<string?> SettledAsync(TimeSpan timeout, TimeProvider clock)
    {
        try
        {
            return await settled.Task.WaitAsync(timeout, clock);
        }
        catch (TimeoutException)
        {
            return $"the disk has not answered in {timeout.TotalSeconds:0} s";
        }
    }

    public void Settle(string? trouble) => settled.TrySetResult(trouble);

    public override string Insert =>
        """
        INSERT INTO sent (at, endpoint, url, bytes, sha256, refused, text)
        VALUES ($at, $endpoint, $url, $bytes, $sha256, $refused, $text)
        """;

    public override IEnumerable<(string Name, object? Value)> Values =>
    [
        ("at", At.ToUnixTimeMilliseconds()),
        ("endpoint", Endpoint),
        ("url", Url),
        ("bytes", Bytes),
        ("sha256", Sha256),
        ("refused", Refused?.ToString()),
        ("text", Text),
    ];
}
