// A real application with EF Core on the sample shop's model: each call in a transaction that is rolled back.
// Prints a line of JSON for each.
using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Shop.Web.Data;

var sent = new Sent();
var options = new DbContextOptionsBuilder<ShopContext>()
    .UseNpgsql(Environment.GetEnvironmentVariable("DATABASE_URL"))
    .AddInterceptors(sent)
    .Options;
if (args is ["migrate"])
{
    await using var shop = new ShopContext(options);
    await shop.Database.MigrateAsync();
    return;
}

var calls = new Dictionary<string, Func<ShopContext, Task<int>>>
{
    ["products"] = async shop => (await shop.Products.OrderBy(product => product.Id).Take(100).ToListAsync()).Count,
    ["product"] = async shop => await shop.Products.FindAsync(1) is null ? 0 : 1,
    ["productNames"] = async shop => (await shop.Products.Select(product => product.Name).ToListAsync()).Count,
    ["productCreate"] = async shop =>
    {
        shop.Add(new Product { Name = "new", Price = 2 });
        return await shop.SaveChangesAsync();
    },
    ["productPrice"] = async shop =>
    {
        var product = new Product { Id = 1, Name = "old", Price = 1 };
        shop.Attach(product);
        product.Price = 3;
        return await shop.SaveChangesAsync();
    },
    ["productRename"] = shop => shop.Products.Where(product => product.Id == 1)
        .ExecuteUpdateAsync(set => set.SetProperty(product => product.Name, "renamed")),
    ["orders"] = async shop =>
        (await shop.Orders.Include(order => order.Product).OrderBy(order => order.PlacedAt).Take(5).ToListAsync()).Count,
    ["orderCreate"] = async shop =>
    {
        shop.Add(new Order { ProductId = 1, Quantity = 4, PlacedAt = DateTimeOffset.UnixEpoch });
        return await shop.SaveChangesAsync();
    },
    ["orderCount"] = shop => shop.Orders.CountAsync(),
    ["orderQuantity"] = async shop => await shop.Orders.SumAsync(order => order.Quantity) > 0 ? 1 : 0,
    ["orderOfProduct"] = async shop =>
        (await shop.Orders.Where(order => order.ProductId == 1).Select(order => order.Id).ToListAsync()).Count,
    ["orderDelete"] = shop => shop.Orders.Where(order => order.Quantity > 0).ExecuteDeleteAsync(),
};
foreach (var (name, call) in calls)
{
    sent.Texts.Clear();
    var (rows, error) = (0, (string?)null);
    try
    {
        await using var shop = new ShopContext(options);
        await using var transaction = await shop.Database.BeginTransactionAsync();
        rows = await call(shop);
        await transaction.RollbackAsync();
    }
    catch (Exception fault)
    {
        error = (fault.InnerException ?? fault).Message;
    }

    Console.WriteLine(JsonSerializer.Serialize(new { name, error, rows, queries = sent.Texts }));
}

/// <summary>What EF Core sends.</summary>
sealed class Sent : DbCommandInterceptor
{
    public List<string> Texts { get; } = [];

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        Texts.Add(command.CommandText);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Texts.Add(command.CommandText);
        return ValueTask.FromResult(result);
    }
}
