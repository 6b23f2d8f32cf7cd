using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Tools;
using DbGate.Problems;

namespace DbGate.Tests.Migrations.Deploy;

/// <summary>What the direct engine verifies last, on its own session.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class LastLooks
{
    /// <summary>Anyone who held the migration lock before may have written until then.</summary>
    [Test]
    public async Task Come_after_the_migration_lock_and_before_anything_is_written()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject().With("1_first/migration.sql", "CREATE TABLE first (id int);");
        var seen = "";

        var outcome = await new DirectEngine(TimeProvider.System).DeployAsync(
            Request(project, database, async (session, cancellationToken) => seen = await session.ScalarAsync<string>(
                $"""
                SELECT format('lock %s, ledger %s, transaction %s',
                  (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND objid = {LedgerReader.Lock}), to_regclass('_prisma_migrations'), txid_current_if_assigned())
                """,
                cancellationToken) ?? ""),
            CancellationToken.None);

        Assert.That((outcome.Failure, seen), Is.EqualTo(((string?)null, "lock 1, ledger , transaction ")));
    }

    [Test]
    public async Task That_refuse_leave_the_database_as_it_was()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject().With("1_first/migration.sql", "CREATE TABLE first (id int);");
        var before = await database.DigestAsync();

        Assert.That(
            () => new DirectEngine(TimeProvider.System).DeployAsync(
                Request(
                    project, database,
                    (_, _) => throw new GateException(new(new("DBG0510", "More would be lost", ExitCode.Stale), "more"))),
                    CancellationToken.None),
            Failure.From("DBG0510"));
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
        Assert.That(
            await database.ScalarAsync<bool>($"SELECT pg_try_advisory_lock({LedgerReader.Lock})"), Is.True, "the lock is given back");
    }

    static DeployRequest Request(
        GatedProject project, TestDatabase database, Func<DbGate.Postgres.Session, CancellationToken, Task> verify) =>
        new(project.Of("."), database.Url, [Migration.Read(project.Of("1_first"))], null, TimeSpan.FromMinutes(2)) { Verify = verify };
}
