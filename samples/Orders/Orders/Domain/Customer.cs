namespace Orders.Domain;

public sealed record Customer(string Id, string Name, string Email)
{
    public override string ToString() => $"{Name} <{Email}>";
}
