using Microsoft.EntityFrameworkCore;
using Shop.Web.Data;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDbContext<ShopContext>(options => options.UseNpgsql(builder.Configuration.GetConnectionString("DefaultConnection")));
var app = builder.Build();

// For laptops. In production the release migrates, before this application starts.
if (app.Configuration.GetValue<bool>("MigrateAtStart"))
{
    await using var scope = app.Services.CreateAsyncScope();
    await scope.ServiceProvider.GetRequiredService<ShopContext>().Database.MigrateAsync();
}

app.MapGet("/ready", Readiness.CheckAsync);
app.MapGet("/products", async (ShopContext shop, CancellationToken cancellationToken) =>
    await shop.Products.OrderBy(product => product.Id).Take(100).ToListAsync(cancellationToken));
await app.RunAsync();
