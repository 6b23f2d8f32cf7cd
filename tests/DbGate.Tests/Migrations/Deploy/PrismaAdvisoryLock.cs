using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Problems;
using Npgsql;

namespace DbGate.Tests.Migrations.Deploy;

/// <summary>Next to <see cref="Engines"/>, for it waits most of its time.</summary>
[Category("Prisma")]
[Parallelizable(ParallelScope.Self)]
public sealed class PrismaAdvisoryLock
{
    [Test]
    public async Task Is_waited_for_as_long_as_Prisma_does()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await using var holder = await database.ConnectAsync();
        await using (var take = new NpgsqlCommand($"SELECT pg_advisory_lock({LedgerReader.Lock})", holder))
        {
            await take.ExecuteNonQueryAsync();
        }

        await Prisma.InstallIntoAsync(wallet.Folder); // both need it
        var prisma = Prisma.RunAsync(wallet.Folder, database.UrlText, "migrate", "deploy");
        var clock = new FakeClock(DateTimeOffset.UtcNow);

        Assert.That(
            async () =>
                await clock.RunAsync(Engines.DeployAsync(wallet, database, DeployEngineKind.Direct, clock: clock), TimeSpan.FromSeconds(1)),
            Failure.From(
                "DBG0509",
                problem => problem.Message.Contains($"backend {holder.ProcessID} ") && problem.Code.ExitCode == ExitCode.Locked));
        Assert.That((await prisma).Everything, Does.Contain("P1002"));
        Assert.That(await database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relname = '_prisma_migrations'"), Is.Zero);
    }
}
