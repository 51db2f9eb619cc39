using System.Text.Json;
using Orders.Domain;

namespace Orders.Storage;

/// <summary>The orders in a JSON file.</summary>
public sealed class OrderStore(string path)
{
    private readonly Dictionary<string, Order> items = new(StringComparer.OrdinalIgnoreCase);

    public int Count => items.Count;

    public void Add(Order order)
    {
        ArgumentNullException.ThrowIfNull(order);
        items[order.Id] = order;
    }

    public async Task SaveAsync(CancellationToken token)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await using var stream = File.Create(path);
        var options = new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
        await JsonSerializer.SerializeAsync(stream, items.Values.OrderBy(item => item.Id).ToList(), options, token);
    }
}
