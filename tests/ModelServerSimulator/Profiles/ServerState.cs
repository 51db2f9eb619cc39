namespace ModelServerSimulator;

/// <summary>What a running server knows: its models and which of them are loaded, its engine, its script.</summary>
internal sealed class ServerState(IReadOnlyList<SimulatedModel> models, Engine engine, Brain brain, Func<SimulatorOptions> options)
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim loading = new(1, 1);
    private readonly Dictionary<string, Residence> residences = [];
    private IReadOnlyList<SimulatedModel> models = models;
    private TaskCompletionSource freed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Engine Engine => engine;

    public Brain Brain => brain;

    public SimulatorOptions Options => options();

    /// <summary>The id of the model that is loaded just now; null for none.</summary>
    public string? LoadingNow { get; private set; }

    /// <summary>All models with their present state; what was loaded on demand and not used for its time is gone.</summary>
    public IReadOnlyList<SimulatedModel> Models
    {
        get
        {
            lock (gate)
            {
                foreach (var (id, residence) in residences.ToArray())
                {
                    if (residence is { Ttl: { } ttl, Users: 0 } && Options.Clock.GetElapsedTime(residence.LastUsed) >= ttl)
                    {
                        Drop(id);
                    }
                }
                return Options.Fault == Fault.NoModelsLoaded ? [.. models.Select(model => model with { Loaded = false })] : models;
            }
        }
    }

    public SimulatedModel? Find(string? id) => Models.FirstOrDefault(model => model.Id == id);

    /// <summary>Loads a model, after its time; one load at a time.</summary>
    /// <param name="room">Called when it is the load's turn; makes room for it.</param>
    /// <param name="ttl">The time after which an unused model is unloaded; null for ever.</param>
    /// <exception cref="LoadFailedException">The model cannot be loaded.</exception>
    public async Task<SimulatedModel> LoadAsync(SimulatedModel model, Exchange exchange, Func<Task>? room = null, TimeSpan? ttl = null)
    {
        await loading.WaitAsync(exchange.Stop);
        try
        {
            if (Find(model.Id) is { Loaded: true } there)
            {
                return there;
            }
            if (room is not null)
            {
                await room();
            }
            LoadingNow = model.Id;
            if (model.LoadDelay > TimeSpan.Zero)
            {
                // A load goes on to its end, also for a client that has hung up.
                await Task.Delay(model.LoadDelay, Options.Clock, exchange.Stop);
            }
            if (Options.Fault == Fault.LoadFails || model.LoadError is not null)
            {
                throw new LoadFailedException(model.LoadError ?? "Error loading model.");
            }
            lock (gate)
            {
                var loaded = SetUnderGate(model.Id, loaded: true);
                residences[model.Id] = new Residence { Ttl = ttl, LastUsed = Options.Clock.GetTimestamp() };
                return loaded;
            }
        }
        finally
        {
            LoadingNow = null;
            loading.Release();
        }
    }

    /// <summary>Counts a request as user of a model, until it is disposed.</summary>
    public Lease Lease(SimulatedModel model)
    {
        lock (gate)
        {
            var residence = residences.TryGetValue(model.Id, out var known) ? known : residences[model.Id] = new Residence();
            residence.Users++;
            return new Lease(End, residence.Gone.Token);

            void End()
            {
                TaskCompletionSource past;
                lock (gate)
                {
                    residence.Users--;
                    residence.LastUsed = Options.Clock.GetTimestamp();
                    past = freed;
                    freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
                past.SetResult();
            }
        }
    }

    /// <summary>Whether somebody uses the model now.</summary>
    public bool Used(string id)
    {
        lock (gate)
        {
            return residences.TryGetValue(id, out var residence) && residence.Users > 0;
        }
    }

    /// <summary>Waits until nobody uses the model.</summary>
    public async Task IdleAsync(string id, CancellationToken stop)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                change = freed.Task;
                if (!residences.TryGetValue(id, out var residence) || residence.Users == 0)
                {
                    return;
                }
            }
            await change.WaitAsync(stop);
        }
    }

    /// <summary>Whether the model was loaded on demand, so that another such load may take its place.</summary>
    public bool OnDemand(string id)
    {
        lock (gate)
        {
            return residences.TryGetValue(id, out var residence) && residence.Ttl is not null;
        }
    }

    /// <summary>Unloads a model; generations that it runs end.</summary>
    public void Unload(string id)
    {
        CancellationTokenSource? gone;
        lock (gate)
        {
            gone = residences.TryGetValue(id, out var residence) ? residence.Gone : null;
            Drop(id);
        }
        gone?.Cancel();
    }

    /// <summary>A second instance of a model, under its own id.</summary>
    public void Add(SimulatedModel model)
    {
        lock (gate)
        {
            models = [.. models, model];
        }
    }

    public void Replace(SimulatedModel changed)
    {
        lock (gate)
        {
            models = [.. models.Select(model => model.Id == changed.Id ? changed : model)];
        }
    }

    /// <summary>The model is on the disk from now on.</summary>
    public void Downloaded(string id)
    {
        lock (gate)
        {
            models = [.. models.Select(model => model.Id == id ? model with { Downloaded = true, Loaded = false } : model)];
        }
    }

    private void Drop(string id)
    {
        residences.Remove(id);
        models = models.Any(model => model.Id == id && model.InstanceOf is not null)
            ? [.. models.Where(model => model.Id != id)]
            : [.. models.Select(model => model.Id == id ? model with { Loaded = false } : model)];
    }

    private SimulatedModel SetUnderGate(string id, bool loaded)
    {
        models = [.. models.Select(model => model.Id == id ? model with { Loaded = loaded } : model)];
        return models.First(model => model.Id == id);
    }

    private sealed class Residence
    {
        public CancellationTokenSource Gone { get; } = new();

        public int Users { get; set; }

        public long LastUsed { get; set; }

        public TimeSpan? Ttl { get; init; }
    }
}

/// <summary>One request's use of a model.</summary>
/// <param name="unloaded">Cancelled when the model is unloaded meanwhile.</param>
internal sealed class Lease(Action end, CancellationToken unloaded) : IDisposable
{
    public CancellationToken Unloaded => unloaded;

    public void Dispose() => end();
}

/// <summary>A model that is there cannot be loaded; the message is the server's.</summary>
internal sealed class LoadFailedException(string message) : Exception(message);
