namespace Assistant.Settings;

/// <summary>Which server answers at an endpoint; <see cref="Auto"/> is found out by asking, never by the port.</summary>
public enum EndpointKind
{
    Auto,
    LmStudio,
    Mlx,
    LlamaCpp,
    Ollama,
    Vllm,
    OpenAi,
}

/// <summary>A model server that the user named, or that is looked for at a default port.</summary>
/// <param name="Name">Shown to people; unique among the endpoints.</param>
/// <param name="BaseUrl">Ends with a slash; where the user gave no path it is <c>/v1/</c>.</param>
/// <param name="ApiKey">Never logged, never written to a file.</param>
/// <param name="FirstByteTimeout">How long a request may wait for its first byte; loading and prefill count.</param>
/// <param name="IdleTimeout">How long a stream may be silent; keepalive comments count as sound.</param>
/// <param name="LoadTimeout">How long loading a model may take, where the user asked for it.</param>
/// <param name="Priority">Higher is asked first among endpoints that could answer alike.</param>
/// <param name="MaxParallel">Null: what the server says, else 1.</param>
/// <param name="Discovered">True where nobody named it: a default port that is tried.</param>
/// <param name="Local">It is the user's own machine (loopback, or declared so): what is sent there leaves nobody's hands.</param>
/// <param name="RemoteAllowed"><c>privacy.allowRemote</c> names it: it may be sent code although it is not local.</param>
public sealed record EndpointSettings(
    string Name,
    Uri BaseUrl,
    EndpointKind Kind,
    string? ApiKey,
    TimeSpan FirstByteTimeout,
    TimeSpan IdleTimeout,
    TimeSpan LoadTimeout,
    int Priority,
    int? MaxParallel,
    bool Discovered,
    bool Local,
    bool RemoteAllowed)
{
    public static readonly TimeSpan DefaultFirstByteTimeout = TimeSpan.FromSeconds(120);
    public static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan DefaultLoadTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Default ports on 127.0.0.1: LM Studio, mlx_lm.server and llama-server (who share one), Ollama, vLLM.</summary>
    public static IReadOnlyList<EndpointSettings> DefaultPorts { get; } =
        [.. new[] { 1234, 8080, 11434, 8000 }.Select(port => At($"127.0.0.1:{port}", new Uri($"http://127.0.0.1:{port}")) with { Discovered = true })];

    public static EndpointSettings At(string name, Uri url, EndpointKind kind = EndpointKind.Auto, string? apiKey = null) =>
        new(
            name,
            WithPath(url),
            kind,
            apiKey,
            DefaultFirstByteTimeout,
            DefaultIdleTimeout,
            DefaultLoadTimeout,
            Priority: 0,
            MaxParallel: null,
            Discovered: false,
            Local: url.IsLoopback,
            RemoteAllowed: false);

    /// <summary>Whether code may be sent there.</summary>
    public bool MayBeSentCode => Local || RemoteAllowed;

    /// <summary>The key is left out, so that a record can be logged.</summary>
    public override string ToString() => $"{Name} ({Kind}, {BaseUrl})";

    private static Uri WithPath(Uri url)
    {
        // `localhost` tries ::1 first, which several servers do not listen on and Windows refuses slowly.
        var builder = new UriBuilder(url) { Host = url.IsLoopback && url.Host == "localhost" ? "127.0.0.1" : url.Host };
        if (builder.Path is "" or "/")
        {
            builder.Path = "/v1/";
        }
        else if (!builder.Path.EndsWith('/'))
        {
            builder.Path += "/";
        }
        return builder.Uri;
    }
}
