using Assistant.ModelServers;
using Assistant.Usage;

namespace Assistant.Tests.Usage;

/// <summary>Test double: records in a list.</summary>
internal sealed class ListedRecords : IRequestRecords
{
    private readonly Lock gate = new();
    private readonly List<RequestRecord> all = [];

    public List<bool> Fates { get; } = [];

    public IReadOnlyList<RequestRecord> All
    {
        get
        {
            lock (gate)
            {
                return [.. all];
            }
        }
    }

    public void Add(RequestRecord record)
    {
        lock (gate)
        {
            all.Add(record);
        }
    }

    public void Suggested(string endpoint, string model, bool kept) => Fates.Add(kept);

    public ModelTrack? TrackOf(string endpoint, string model, ModelTask task) => null;
}
