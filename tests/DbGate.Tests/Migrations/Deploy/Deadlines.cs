using DbGate.Migrations;
using DbGate.Migrations.Deploy;

namespace DbGate.Tests.Migrations.Deploy;

/// <summary>What stands in the ledger when the direct engine is stopped in the middle of a migration.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Deadlines
{
    [Test]
    public async Task Stop_the_migration_and_leave_the_reason_in_the_ledger()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject().With("1_slow/migration.sql", "CREATE TABLE half (id int); SELECT pg_sleep(60);");
        var request = new DeployRequest(project.Of("."), database.Url, [Migration.Read(project.Of("1_slow"))], null, TimeSpan.FromSeconds(2));

        var outcome = await new DirectEngine(TimeProvider.System).DeployAsync(request, CancellationToken.None);

        Assert.That(outcome.Failure, Does.Contain("deadline"));
        Assert.That(await database.ScalarAsync<string>("select logs from _prisma_migrations where finished_at is null"), Does.StartWith("cancelled by DbGate"));
        Assert.That(await database.ScalarAsync<bool>("select to_regclass('half') is null"), Is.True, "the file applied in part");
    }
}
