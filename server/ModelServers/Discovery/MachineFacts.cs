namespace Assistant.ModelServers.Discovery;

/// <summary>Facts about the machine that this process runs on. Any fact may be absent, as on Windows and macOS.</summary>
/// <param name="Variables">The environment variables.</param>
/// <param name="KernelRelease"><c>/proc/sys/kernel/osrelease</c>.</param>
/// <param name="RoutingTable"><c>/proc/net/route</c>.</param>
/// <param name="NetworkDevices"><c>/proc/net/dev</c>.</param>
/// <param name="ControlGroups"><c>/proc/1/cgroup</c>.</param>
/// <param name="HasContainerMark"><c>/.dockerenv</c> or <c>/run/.containerenv</c> exists.</param>
public sealed record MachineFacts(
    IReadOnlyDictionary<string, string> Variables,
    string KernelRelease = "",
    string RoutingTable = "",
    string NetworkDevices = "",
    string ControlGroups = "",
    bool HasContainerMark = false)
{
    /// <summary>Never throws: an unreadable file is an absent fact.</summary>
    public static MachineFacts Read(IReadOnlyDictionary<string, string> variables) => new(
        variables,
        Text("/proc/sys/kernel/osrelease"),
        Text("/proc/net/route"),
        Text("/proc/net/dev"),
        Text("/proc/1/cgroup"),
        File.Exists("/.dockerenv") || File.Exists("/run/.containerenv"));

    private static string Text(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
