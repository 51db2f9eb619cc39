using Assistant.ModelServers;
namespace Assistant.Usage.Records;

/// <summary>The part of a request that its model's track needs.</summary>
internal sealed record TrackedRequest(string Endpoint, string Model, ModelTask Task, double? FirstTokenMs, RequestOutcome Outcome);

internal sealed record TrackedSuggestion(string Endpoint, string Model, bool Kept);

/// <summary>The recent record of each model at each task, in memory. Thread-safe.</summary>
internal sealed class TrackTable
{
    /// <summary>The number of newest requests that count, so that a model that has become slow soon shows it.</summary>
    public const int Window = 100;

    private readonly Lock gate = new();
    private readonly Dictionary<(string, string, ModelTask), Newest<TrackedRequest>> requests = [];
    private readonly Dictionary<(string, string), Newest<TrackedSuggestion>> suggestions = [];
    private readonly Dictionary<(string, string, ModelTask), ModelTrack> known = [];

    public ModelTrack? TrackOf(string endpoint, string model, ModelTask task)
    {
        lock (gate)
        {
            var key = (endpoint, model, task);
            if (!known.TryGetValue(key, out var track) && requests.TryGetValue(key, out var newest))
            {
                track = known[key] = Measure(newest.All, suggestions.GetValueOrDefault((endpoint, model))?.All ?? []);
            }
            return track;
        }
    }

    public void Add(TrackedRequest request)
    {
        lock (gate)
        {
            Of(requests, (request.Endpoint, request.Model, request.Task)).Add(request);
            known.Remove((request.Endpoint, request.Model, request.Task));
        }
    }

    public void Add(TrackedSuggestion suggestion)
    {
        lock (gate)
        {
            Of(suggestions, (suggestion.Endpoint, suggestion.Model)).Add(suggestion);
            known.Clear();
        }
    }

    /// <summary>Adds earlier requests and suggestions, oldest first, before all those already in the table.</summary>
    public void AddOlder(IEnumerable<TrackedRequest> olderRequests, IEnumerable<TrackedSuggestion> olderSuggestions)
    {
        lock (gate)
        {
            foreach (var group in olderRequests.GroupBy(request => (request.Endpoint, request.Model, request.Task)))
            {
                Of(requests, group.Key).AddOlder(group);
            }
            foreach (var group in olderSuggestions.GroupBy(suggestion => (suggestion.Endpoint, suggestion.Model)))
            {
                Of(suggestions, group.Key).AddOlder(group);
            }
            known.Clear();
        }
    }

    private static ModelTrack Measure(IReadOnlyCollection<TrackedRequest> requests, IReadOnlyCollection<TrackedSuggestion> suggestions)
    {
        var ended = requests.Count(request => request.Outcome != RequestOutcome.Cancelled);
        return new ModelTrack(
            requests.Count,
            Median(requests.Select(request => request.FirstTokenMs)),
            ended == 0 ? 0 : (double)requests.Count(request => request.Outcome == RequestOutcome.Failed) / ended,
            suggestions.Count == 0 ? null : (double)suggestions.Count(suggestion => suggestion.Kept) / suggestions.Count);
    }

    private static double? Median(IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToArray();
        return sorted.Length == 0 ? null : sorted[(sorted.Length - 1) / 2];
    }

    private static Newest<T> Of<TKey, T>(Dictionary<TKey, Newest<T>> table, TKey key)
        where TKey : notnull =>
        table.TryGetValue(key, out var newest) ? newest : table[key] = new Newest<T>();

    private sealed class Newest<T>
    {
        private Queue<T> items = [];

        public IReadOnlyCollection<T> All => items;

        public void Add(T item)
        {
            items.Enqueue(item);
            if (items.Count > Window)
            {
                items.Dequeue();
            }
        }

        public void AddOlder(IEnumerable<T> older) => items = new Queue<T>(older.Concat(items).TakeLast(Window));
    }
}
