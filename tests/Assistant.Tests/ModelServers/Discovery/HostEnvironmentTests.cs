using Assistant.ModelServers;
using Assistant.ModelServers.Discovery;
using Assistant.Models;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Tests.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.ModelServers.Discovery;

public sealed class HostEnvironmentTests
{
    private const string Wsl2 = "5.15.167.4-microsoft-standard-WSL2";

    private const string Routes =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
        + "eth0\t00000000\t01601DAC\t0003\t0\t0\t0\t00000000\n"
        + "eth0\t00601DAC\t00000000\t0001\t0\t0\t0\t00F0FFFF\n";

    [Fact]
    public void The_users_own_machine_needs_no_remedy() => Check(new(Env()), HostEnvironmentKind.OwnMachine, null, "", "");

    [Fact]
    public void In_WSL_the_remedy_names_the_address_of_Windows() => Check(
        new(Env(("WSL_DISTRO_NAME", "Ubuntu")), KernelRelease: Wsl2, RoutingTable: Routes),
        HostEnvironmentKind.Wsl,
        "172.29.96.1",
        "Windows is at 172.29.96.1",
        "lms server start --bind 0.0.0.0",
        "http://172.29.96.1:1234/v1",
        "\"local\": true",
        "networkingMode=mirrored");

    [Fact]
    public void In_WSL_without_a_route_the_remedy_names_a_command() => Check(
        new(Env(), KernelRelease: Wsl2), HostEnvironmentKind.Wsl, null, "127.0.0.1 is not Windows", "ip route");

    [Fact]
    public void Mirrored_networking_needs_no_remedy() => Check(
        new(Env(("WSL_DISTRO_NAME", "Ubuntu")), KernelRelease: Wsl2, RoutingTable: Routes, NetworkDevices: "    lo: 1 2\nloopback0: 3 4\n"),
        HostEnvironmentKind.WslMirrored, "127.0.0.1", "mirrored", "");

    [Fact]
    public void WSL_1_needs_no_remedy() => Check(
        new(Env(("WSL_DISTRO_NAME", "Ubuntu")), KernelRelease: "4.4.0-19041-Microsoft"),
        HostEnvironmentKind.WslMirrored, "127.0.0.1", "WSL 1", "");

    [Fact]
    public void A_container_is_recognised_by_its_mark_file() => Check(
        new(Env(), HasContainerMark: true, KernelRelease: Wsl2),
        HostEnvironmentKind.Container,
        "host.docker.internal",
        "in a container",
        "http://host.docker.internal:1234/v1",
        "--add-host",
        "--bind 0.0.0.0");

    [Theory]
    [InlineData("0::/docker/abc\n")]
    [InlineData("0::/kubepods/besteffort/pod1\n")]
    public void A_container_is_recognised_by_its_control_groups(string groups) =>
        Check(new(Env(), ControlGroups: groups), HostEnvironmentKind.Container, "host.docker.internal", "in a container");

    [Fact]
    public void A_codespace_needs_a_reverse_tunnel() => Check(
        new(Env(("CODESPACES", "true")), HasContainerMark: true),
        HostEnvironmentKind.Codespace, null, "codespace", "gh codespace ssh -- -N -R 1234:127.0.0.1:1234");

    [Fact]
    public void Over_SSH_the_port_is_forwarded_back() => Check(
        new(Env(("SSH_CONNECTION", "10.0.0.5 51234 10.0.0.9 22"))),
        HostEnvironmentKind.Ssh, null, "from 10.0.0.5", "ssh -R 1234:127.0.0.1:1234 10.0.0.9", "RemoteForward");

    [Theory]
    [InlineData("127.0.0.1:9999", "http://127.0.0.1:9999/v1/")]
    [InlineData("0.0.0.0", "http://127.0.0.1:11434/v1/")]
    [InlineData("http://box:80", "http://box/v1/")]
    [InlineData(":1111", "http://127.0.0.1:1111/v1/")]
    [InlineData("ftp://box", null)]
    [InlineData("", null)]
    public void Ollamas_variable_names_an_address(string value, string? place) =>
        Assert.Equal(
            place, ServerSearch.Near(new(Env(("OLLAMA_HOST", value))), HostEnvironment.Of(new(Env()))).SingleOrDefault()?.ToString());

    [Fact]
    public void From_WSL_the_ports_of_Windows_are_near()
    {
        MachineFacts facts = new(Env(), KernelRelease: Wsl2, RoutingTable: Routes);
        Assert.Equal(
            ["http://172.29.96.1:1234/v1/", "http://172.29.96.1:8080/v1/", "http://172.29.96.1:11434/v1/", "http://172.29.96.1:8000/v1/"],
            ServerSearch.Near(facts, HostEnvironment.Of(facts)).Select(place => place.ToString()));
    }

    [Fact]
    public async Task If_loopback_does_not_answer_the_remedy_leads_to_the_users_machine()
    {
        await using var gone = await Served.StartAsync(Served.Options("llamacpp"));
        await gone.Simulator.KillAsync();
        MachineFacts facts = new(Env(), KernelRelease: Wsl2, RoutingTable: Routes);
        using var servers = new ModelServices(
            AssistantSettings.Defaults with { Endpoints = [gone.Endpoint with { Discovered = true }] },
            TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance, place: HostEnvironment.Of(facts));
        var status = (await servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None)).Status;
        Assert.Equal(ModelState.NoEndpoint, status.State);
        Assert.Contains("Windows is at 172.29.96.1", status.Message);
        Assert.Contains("--bind 0.0.0.0", status.Remedy);
    }

    private static void Check(MachineFacts facts, HostEnvironmentKind kind, string? host, string description, params string[] remedy)
    {
        var place = HostEnvironment.Of(facts);
        Assert.Equal((kind, host), (place.Kind, place.HostAddress));
        Assert.Contains(description, place.Description);
        Assert.All(remedy, part => Assert.Contains(part, place.Remedy));
        if (remedy is [""])
        {
            Assert.Empty(place.Remedy);
        }
    }

    private static Dictionary<string, string> Env(params (string Name, string Value)[] variables) =>
        variables.ToDictionary(one => one.Name, one => one.Value);
}
