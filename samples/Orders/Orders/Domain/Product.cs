namespace Orders.Domain;

public sealed record Product(string Id, string Name, decimal Price)
{
    public override string ToString() => $"{Name} ({Price:0.00})";
}
