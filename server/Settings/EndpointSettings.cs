namespace Assistant.Settings;

/// <summary>The server software of an endpoint; for <see cref="Auto"/> requests to the server determine it, not the port.</summary>
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

/// <summary>A model server that the user configured, or a default port where one is searched.</summary>
/// <param name="Name">For display; unique among the endpoints.</param>
/// <param name="BaseUrl">Ends with a slash; without a path from the user, the path is <c>/v1/</c>.</param>
/// <param name="ApiKey">Never logged, never written to a file.</param>
/// <param name="FirstByteTimeout">The longest wait for the first byte of an answer, including loading and prefill.</param>
/// <param name="IdleTimeout">The longest pause within a stream; keepalive comments end a pause.</param>
/// <param name="LoadTimeout">The longest time for loading a model at the user's request.</param>
/// <param name="Priority">Among equal endpoints the one with the highest number is used.</param>
/// <param name="MaxParallel">The largest number of parallel requests; null: as the server reports, else 1.</param>
/// <param name="Discovered">True for a default port that no setting names.</param>
/// <param name="Local">True for the user's own machine: loopback, or declared local by the user.</param>
/// <param name="RemoteAllowed">True if <c>privacy.allowRemote</c> names the endpoint: it may be sent code although it is remote.</param>
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

    /// <summary>Default ports on 127.0.0.1: LM Studio, mlx_lm.server and llama-server (which share one), Ollama, vLLM.</summary>
    public static IReadOnlyList<EndpointSettings> DefaultPorts { get; } =
        [.. new[] { 1234, 8080, 11434, 8000 }.Select(port =>
            At($"127.0.0.1:{port}", new Uri($"http://127.0.0.1:{port}")) with { Discovered = true })];

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

    /// <summary>True if code may be sent to the endpoint.</summary>
    public bool MayBeSentCode => Local || RemoteAllowed;

    /// <summary>Without the key, so that logs do not contain it.</summary>
    public override string ToString() => $"{Name} ({Kind}, {BaseUrl})";

    private static Uri WithPath(Uri url)
    {
        // Clients try ::1 first for `localhost`; several servers do not listen there, and Windows refuses the connection slowly.
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
