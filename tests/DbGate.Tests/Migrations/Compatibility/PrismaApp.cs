using DbGate.Postgres;

namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>The sample wallet's model with Prisma's client.</summary>
[Category("Postgres")]
[Category("Nightly")]
public sealed class PrismaApp : RealApplication
{
    static readonly NpmFolder Packages = new("prisma-app", "app.mjs");

    string folder = "";
    string ids = "";

    protected override string TableList => "\"User\", \"Wallet\", \"Transaction\", \"WalletLedgerEntry\"";

    public static IEnumerable<TestCaseData> Releases() => Cases(
        [
            ("User", ["email", "name", "createdAt", "updatedAt"]),
            ("Wallet", ["userId", "currency", "status", "balance", "createdAt"]),
            ("Transaction", ["idempotencyKey", "type", "status", "amount", "metadata", "completedAt", "fromWalletId"]),
            ("WalletLedgerEntry", ["walletId", "direction", "amount", "balanceAfter", "createdAt"]),
        ],
        "ALTER TYPE \"TransactionStatus\" RENAME VALUE 'COMPLETED' TO 'DONE';",
        "ALTER TYPE \"WalletStatus\" RENAME VALUE 'FROZEN' TO 'STOPPED';",
        "ALTER TABLE \"User\" ALTER COLUMN name TYPE varchar(3) USING left(name, 3);",
        "ALTER TABLE \"User\" ADD CONSTRAINT long CHECK (length(email) > 20) NOT VALID;");

    [TestCaseSource(nameof(Releases))]
    public Task Meets_what_is_predicted(string sql) => CompareAsync(sql);

    protected override async Task PrepareAsync()
    {
        folder = await Packages.InstallAsync();
        Directory.CreateDirectory(Path.Combine(folder, "prisma"));
        var model = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "samples", "wallet", "prisma", "schema.prisma"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "prisma", "schema.prisma"), "generator client {\n  provider = \"prisma-client-js\"\n}\n" + model);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "prisma.config.mjs"),
            "export default { schema: 'prisma/schema.prisma', datasource: { url: process.env.DATABASE_URL ?? '' } }\n");
        (await Shell.RunAsync(
            "node", [Path.Combine("node_modules", "prisma", "build", "index.js"), "generate"], folder, await Prisma.EnvironmentAsync()))
            .Succeeded();
    }

    protected override async Task FillAsync(TestDatabase database)
    {
        using var wallet = Wallet.Copy();
        await wallet.ApplySqlAsync(database, seed: true);
        await using var session = await Session.OpenAsync(database.Url, null, default);
        ids = (await session.ScalarAsync<string>(
            """
            SELECT json_build_object('email', (SELECT email FROM "User" ORDER BY 1 LIMIT 1), 'user', (SELECT "userId" FROM "Wallet" LIMIT 1),
              'wallet', (SELECT "walletId" FROM "WalletLedgerEntry" LIMIT 1),
              'transaction', (SELECT "transactionId" FROM "WalletLedgerEntry" LIMIT 1))::text
            """,
            default))!;
    }

    private protected override Task<ShellResult> RunAsync(PostgresUrl url) => Shell.RunAsync(
        "node", ["app.mjs"], folder,
        new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = $"postgresql://{url.User}:{url.Password}@{url.Host}:{url.Port}/{url.Database}",
            ["APP_IDS"] = ids,
            ["NO_COLOR"] = "1",
        });
}
