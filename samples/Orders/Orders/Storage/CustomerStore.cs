using System.Text.Json;
using Orders.Domain;

namespace Orders.Storage;

/// <summary>The customers in a JSON file.</summary>
public sealed class CustomerStore(string path)
{
    private readonly Dictionary<string, Customer> items = new(StringComparer.OrdinalIgnoreCase);

    public int Count => items.Count;

    public Customer? Find(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return items.TryGetValue(id.Trim(), out var found) ? found : null;
    }

    public void Add(Customer customer)
    {
        ArgumentNullException.ThrowIfNull(customer);
        items[customer.Id] = customer;
    }

    public async Task LoadAsync(CancellationToken token)
    {
        if (!File.Exists(path))
        {
            return;
        }
        await using var stream = File.OpenRead(path);
        var options = new JsonSerializerOptions { PropertyNameCaseInsensitive = true, AllowTrailingCommas = true };
        var loaded = await JsonSerializer.DeserializeAsync<List<Customer>>(stream, options, token);
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
