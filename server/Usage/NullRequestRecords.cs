using Assistant.ModelServers;
namespace Assistant.Usage;

/// <summary>Stores nothing.</summary>
internal sealed class NullRequestRecords : IRequestRecords
{
    public void Add(RequestRecord record)
    {
    }

    public void Suggested(string endpoint, string model, bool kept)
    {
    }

    public ModelTrack? TrackOf(string endpoint, string model, ModelTask task) => null;
}
