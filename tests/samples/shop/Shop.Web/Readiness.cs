using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Shop.Web.Data;

/// <summary>States whether every migration of this build is applied.</summary>
static class Readiness
{
    public static async Task<IResult> CheckAsync(ShopContext shop, CancellationToken cancellationToken)
    {
        var (isReady, details) = await MigrationsAsync(shop, cancellationToken);
        return Results.Json(
            new { status = isReady ? "ready" : "not_ready", checks = new { migrations = new { ok = isReady, details } } },
            statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    static async Task<(bool IsReady, string Details)> MigrationsAsync(ShopContext shop, CancellationToken cancellationToken)
    {
        try
        {
            var all = shop.Database.GetMigrations().ToHashSet();
            var applied = (await shop.Database.GetAppliedMigrationsAsync(cancellationToken)).ToHashSet();
            return all.Except(applied).Count() is > 0 and var pending
                ? (false, $"Migration issues: {pending} pending")
                : (true, $"{all.Count}/{all.Count} migrations applied");
        }
        catch (DbException exception)
        {
            return (false, $"Database unreachable: {exception.SqlState ?? exception.GetType().Name}");
        }
    }
}
