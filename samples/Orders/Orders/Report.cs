using System.Text;
using Orders.Domain;

namespace Orders;

/// <summary>What was ordered, as text.</summary>
public static class Report
{
    public static string Of(Order order)
    {
        var text = new StringBuilder();
        text.AppendLine($"Order {order.Id} for {order.Customer}");
        foreach (var line in order.Lines)
        {
            text.AppendLine($"  {line.Quantity} x {line.Product}: {line.Total:0.00}");
        }
        text.AppendLine($"  Total: {order.Total:0.00}");
        return text.ToString();
    }
}
