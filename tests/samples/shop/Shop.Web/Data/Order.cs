namespace Shop.Web.Data;

public sealed class Order
{
    public int Id { get; set; }

    public int ProductId { get; set; }

    public Product? Product { get; set; }

    public int Quantity { get; set; }

    public DateTimeOffset PlacedAt { get; set; }
}
