using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Assistant.ModelServers.Discovery;

/// <summary>A named range of IPv4 addresses, <c>192.168.1.0/24</c>; a bare address is a range of one.</summary>
/// <param name="First">The first address of the network.</param>
/// <param name="Bits">The number of leading bits that all addresses share; 22 to 32.</param>
public sealed record AddressRange(IPAddress First, int Bits)
{
    /// <summary>A wider range is refused: a home or office network has fewer than 1,024 addresses.</summary>
    public const int FewestBits = 22;

    /// <param name="problem">The reason for a refusal, in one sentence that names the allowed form; empty if the range is valid.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out AddressRange? range, out string problem)
    {
        range = null;
        problem = $"\"{text}\" is no range of IPv4 addresses, such as 192.168.1.0/24.";
        var parts = text.Trim().Split('/');
        var bits = 32;
        // IPAddress.TryParse reads "1" as 0.0.0.1.
        if (parts.Length > 2 || parts[0].Count(c => c == '.') != 3 || !IPAddress.TryParse(parts[0], out var address)
            || address.AddressFamily != AddressFamily.InterNetwork
            || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out bits)) || bits > 32)
        {
            return false;
        }
        if (bits < FewestBits)
        {
            problem = $"\"{text}\" is too wide; at most a /{FewestBits} is looked through ({1 << (32 - FewestBits):N0} addresses).";
            return false;
        }
        var mask = bits == 0 ? 0u : uint.MaxValue << (32 - bits);
        range = new AddressRange(Address(Number(address) & mask), bits);
        problem = "";
        return true;
    }

    /// <summary>All addresses except the network's own and the broadcast address, if the range has those.</summary>
    public IEnumerable<IPAddress> Addresses
    {
        get
        {
            var (first, count) = (Number(First), 1L << (32 - Bits));
            var (from, to) = count > 2 ? (1L, count - 1) : (0L, count);
            for (var i = from; i < to; i++)
            {
                yield return Address((uint)(first + i));
            }
        }
    }

    public override string ToString() => $"{First}/{Bits}";

    private static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static IPAddress Address(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
