using System.Globalization;
using System.Net;

namespace Assistant.ModelServers.Discovery;

/// <summary>
/// The kind of environment that this process runs in, seen from the user's model server. From WSL, a container or an SSH session, a model
/// server on the user's own machine is not at 127.0.0.1. Pure: the facts are handed in.
/// </summary>
/// <param name="HostAddress">The address of the user's own machine from here; null if it has none.</param>
/// <param name="Description">One sentence about the environment; empty on the user's own machine.</param>
/// <param name="Remedy">The way to reach a model server on the user's own machine; empty if nothing blocks it.</param>
public sealed record HostEnvironment(HostEnvironmentKind Kind, string? HostAddress, string Description, string Remedy)
{
    /// <summary>The default ports of model servers: LM Studio, mlx_lm.server and llama-server, Ollama, vLLM.</summary>
    public static IReadOnlyList<int> Ports { get; } = [1234, 8080, 11434, 8000];

    private static readonly HostEnvironment Home = new(HostEnvironmentKind.OwnMachine, null, "", "");

    public static HostEnvironment Of(MachineFacts facts) =>
        // The innermost environment decides: a container on WSL is a container, and a codespace is a container too.
        Says(facts, "CODESPACES", "true") ? Codespace()
        : InContainer(facts) ? Container()
        : facts.KernelRelease.Contains("microsoft", StringComparison.OrdinalIgnoreCase)
            || facts.Variables.ContainsKey("WSL_DISTRO_NAME") ? Wsl(facts)
        : facts.Variables.GetValueOrDefault("SSH_CONNECTION") is { Length: > 0 } connection ? Ssh(connection)
        : Home;

    private static HostEnvironment Wsl(MachineFacts facts)
    {
        // Mirrored networking shares Windows' loopback through a device of this name.
        if (facts.NetworkDevices.Contains("loopback0:", StringComparison.Ordinal))
        {
            return new(
                HostEnvironmentKind.WslMirrored,
                "127.0.0.1",
                "This runs in WSL with mirrored networking, so 127.0.0.1 is Windows too.",
                "");
        }
        // WSL 1 uses Windows' own network.
        if (!facts.KernelRelease.Contains("WSL2", StringComparison.OrdinalIgnoreCase)
            && facts.KernelRelease.EndsWith("-Microsoft", StringComparison.Ordinal))
        {
            return new(HostEnvironmentKind.WslMirrored, "127.0.0.1", "This runs in WSL 1, so 127.0.0.1 is Windows too.", "");
        }
        var windows = Gateway(facts.RoutingTable);
        return new(
            HostEnvironmentKind.Wsl,
            windows,
            $"This runs in WSL, where 127.0.0.1 is not Windows{(windows is null ? "" : $"; Windows is at {windows}")}.",
            "For LM Studio on Windows, run `lms server start --bind 0.0.0.0` there (allow it in the firewall) and "
            + $"{Endpoint(windows ?? "the address of Windows (ip route)")}, "
            + "or set networkingMode=mirrored under [wsl2] in .wslconfig and restart WSL.");
    }

    private static HostEnvironment Container() => new(
        HostEnvironmentKind.Container,
        "host.docker.internal",
        "This runs in a container, where 127.0.0.1 is the container itself.",
        $"For LM Studio on the machine around it, run `lms server start --bind 0.0.0.0` there and {Endpoint("host.docker.internal")} "
        + "(on Linux start the container with --add-host=host.docker.internal:host-gateway, or with --network=host).");

    private static HostEnvironment Codespace() => new(
        HostEnvironmentKind.Codespace,
        null,
        "This runs in a codespace, from where your own machine has no address.",
        "For LM Studio on your machine, keep `gh codespace ssh -- -N -R 1234:127.0.0.1:1234` running there; "
            + "it is then found at 127.0.0.1:1234 here.");

    private static HostEnvironment Ssh(string connection)
    {
        // client address, client port, server address, server port
        var words = connection.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(
            HostEnvironmentKind.Ssh,
            null,
            $"This runs over SSH{(words.Length > 0 ? $", from {words[0]}" : "")}, so 127.0.0.1 is not the machine that you sit at.",
            $"For LM Studio there, connect with `ssh -R 1234:127.0.0.1:1234 {(words.Length > 2 ? words[2] : "this-host")}` "
            + "(or RemoteForward 1234 127.0.0.1:1234 in ~/.ssh/config); it is then found at 127.0.0.1:1234 here.");
    }

    private static string Endpoint(string host) =>
        $"add an endpoint with \"baseUrl\": \"http://{host}:1234/v1\" and \"local\": true to assistant.endpoints";

    private static bool InContainer(MachineFacts facts) =>
        facts.HasContainerMark
        || Says(facts, "REMOTE_CONTAINERS", "true")
        || facts.Variables.ContainsKey("KUBERNETES_SERVICE_HOST")
        || facts.Variables.GetValueOrDefault("container") is { Length: > 0 }
        || new[] { "docker", "kubepods", "containerd", "libpod" }.Any(word => facts.ControlGroups.Contains(word, StringComparison.Ordinal));

    private static bool Says(MachineFacts facts, string name, string value) =>
        string.Equals(facts.Variables.GetValueOrDefault(name), value, StringComparison.OrdinalIgnoreCase);

    /// <summary>The default gateway. The columns are device, destination and gateway, with little-endian hexadecimal addresses.</summary>
    private static string? Gateway(string table)
    {
        foreach (var line in table.Split('\n'))
        {
            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [_, "00000000", var gateway, ..]
                && uint.TryParse(gateway, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var address) && address != 0)
            {
                return new IPAddress(address).ToString();
            }
        }
        return null;
    }
}

public enum HostEnvironmentKind
{
    OwnMachine,
    Wsl,

    /// <summary>WSL that shares Windows' loopback.</summary>
    WslMirrored,

    Container,
    Codespace,
    Ssh,
}
