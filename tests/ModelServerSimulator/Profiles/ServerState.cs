namespace ModelServerSimulator;

/// <summary>What a running server knows: its models and which of them are loaded, its engine, its script.</summary>
internal sealed class ServerState(IReadOnlyList<SimulatedModel> models, Engine engine, Brain brain, Func<SimulatorOptions> options)
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim loading = new(1, 1);
    private IReadOnlyList<SimulatedModel> models = models;

    public Engine Engine => engine;

    public Brain Brain => brain;

    public SimulatorOptions Options => options();

    /// <summary>All models with their present state.</summary>
    public IReadOnlyList<SimulatedModel> Models
    {
        get
        {
            lock (gate)
            {
                return Options.Fault == Fault.NoModelsLoaded ? [.. models.Select(model => model with { Loaded = false })] : models;
            }
        }
    }

    public SimulatedModel? Find(string? id) => Models.FirstOrDefault(model => model.Id == id);

    /// <summary>Loads a model, after its time; one load at a time.</summary>
    public async Task<SimulatedModel> LoadAsync(SimulatedModel model, Exchange exchange)
    {
        await loading.WaitAsync(exchange.Stop);
        try
        {
            if (Find(model.Id) is { Loaded: true } there)
            {
                return there;
            }
            if (model.LoadDelay > TimeSpan.Zero)
            {
                // A load goes on to its end, also for a client that has hung up.
                await Task.Delay(model.LoadDelay, Options.Clock, exchange.Stop);
            }
            return Set(model.Id, loaded: true);
        }
        finally
        {
            loading.Release();
        }
    }

    public SimulatedModel Set(string id, bool loaded)
    {
        lock (gate)
        {
            models = [.. models.Select(model => model.Id == id ? model with { Loaded = loaded } : model)];
            return models.First(model => model.Id == id);
        }
    }
}
