namespace DbGate.Tests.Testing;

[Category("Prisma")]
[Parallelizable(ParallelScope.All)]
public sealed class Wallets
{
    [Test]
    public async Task Are_deployed_by_real_prisma()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        var deploy = await Prisma.RunAsync(wallet.Folder, database.UrlText, "migrate", "deploy");

        Assert.That(deploy.ExitCode, Is.Zero, deploy.Everything);
        Assert.That(
            await database.ScalarAsync<long>("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL"), Is.EqualTo(4));

        wallet.UpgradeToNext();
        var status = await Prisma.RunAsync(wallet.Folder, database.UrlText, "migrate", "status");

        Assert.That(status.ExitCode, Is.EqualTo(1));
        Assert.That(status.Output, Does.Contain("20261120101538_wallet_daily_limit"));
    }

    [Test]
    public async Task Have_migrations_that_match_their_schema([Values] bool next)
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await using var shadow = await TestDatabase.CreateAsync();
        if (next)
        {
            wallet.UpgradeToNext();
        }

        var diff = await Prisma.RunAsync(
            wallet.Folder, database.UrlText, new Dictionary<string, string?> { ["SHADOW_DATABASE_URL"] = shadow.UrlText },
            "migrate", "diff", "--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema.prisma", "--exit-code");

        Assert.That(diff.ExitCode, Is.Zero, diff.Everything);
    }

    [Test]
    public async Task Have_a_seed_whose_balances_are_the_sums_of_their_ledger()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await wallet.ApplySqlAsync(database, seed: true);

        Assert.That(await database.ScalarAsync<long>("""SELECT count(*) FROM "WalletLedgerEntry" """), Is.GreaterThan(10_000));
        Assert.That(await database.ScalarAsync<decimal>("""SELECT min("balanceAfter") FROM "WalletLedgerEntry" """), Is.Positive);
        Assert.That(await database.ScalarAsync<long>("""
            SELECT count(*) FROM "Wallet" w
            WHERE w."balance" <> (SELECT sum(CASE "direction" WHEN 'CREDIT' THEN "amount" ELSE -"amount" END) FROM "WalletLedgerEntry" WHERE "walletId" = w."id")
            """), Is.Zero);
    }

    [Test]
    public async Task Are_told_why_a_migration_failed()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        wallet.AddMigration("20261121080000_broken", """ALTER TABLE "Nothing" ADD COLUMN a int;""");
        var deploy = await Prisma.RunAsync(wallet.Folder, database.UrlText, "migrate", "deploy");

        Assert.That(deploy.ExitCode, Is.EqualTo(1));
        Assert.That(
            await database.ScalarAsync<string>("SELECT logs FROM _prisma_migrations WHERE finished_at IS NULL"), Does.Contain("Nothing"));
    }
}
