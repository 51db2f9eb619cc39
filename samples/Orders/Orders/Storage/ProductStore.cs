using System.Text.Json;
using Orders.Domain;

namespace Orders.Storage;

/// <summary>The products in a JSON file.</summary>
public sealed class ProductStore(string path)
{
    private readonly Dictionary<string, Product> items = new(StringComparer.OrdinalIgnoreCase);

    public int Count => items.Count;

    public Product? Find(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return items.TryGetValue(id.Trim(), out var found) ? found : null;
    }

    public void Add(Product product)
    {
        ArgumentNullException.ThrowIfNull(product);
        items[product.Id] = product;
    }

    public async Task LoadAsync(CancellationToken token)
    {
        if (!File.Exists(path))
        {
            return;
        }
        await using var stream = File.OpenRead(path);
        var options = new JsonSerializerOptions { PropertyNameCaseInsensitive = true, AllowTrailingCommas = true };
        var loaded = await JsonSerializer.DeserializeAsync<List<Product>>(stream, options, token);
        foreach (var item in loaded ?? [])
        {
            Add(item);
        }
    }

    public async Task SaveAsync(CancellationToken token)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await using var stream = File.Create(path);
        var options = new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
        await JsonSerializer.SerializeAsync(stream, items.Values.OrderBy(item => item.Id).ToList(), options, token);
    }
}
