using Orders;
using Orders.Domain;
using Orders.Storage;

var folder = Path.Combine(Path.GetTempPath(), "orders-sample");
var customers = new CustomerStore(Path.Combine(folder, "customers.json"));
var products = new ProductStore(Path.Combine(folder, "products.json"));
var orders = new OrderStore(Path.Combine(folder, "orders.json"));

customers.Add(new Customer("c1", "Ada Lovelace", "ada@example.org"));
products.Add(new Product("p1", "Notebook", 4.50m));

var order = new Order("o1", customers.Find("c1")!, [new OrderLine(products.Find("p1")!, 3)]);
orders.Add(order);
await orders.SaveAsync(CancellationToken.None);
Console.Write(Report.Of(order));
