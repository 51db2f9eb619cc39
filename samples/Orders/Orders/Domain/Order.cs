namespace Orders.Domain;

public sealed record OrderLine(Product Product, int Quantity)
{
    public decimal Total => Product.Price * Quantity;
}

public sealed record Order(string Id, Customer Customer, IReadOnlyList<OrderLine> Lines)
{
    public decimal Total => Lines.Sum(line => line.Total);
}
