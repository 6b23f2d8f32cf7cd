using DbGate.Checks;
using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Tests.Migrations;

[Category("Postgres")]
[Parallelizable(ParallelScope.Self)]
public sealed class ManyMigrations
{
    const int Count = 10_000;

    [Test]
    public async Task Are_judged_one_by_one()
    {
        using var project = new GatedProject().With("dbgate.json", """{ "migrations": { "folder": "m" } }""");
        await using var database = await TestDatabase.CreateAsync();
        Parallel.For(0, Count, i => project.With($"m/{Name(i)}/migration.sql", $"-- {i}\nSELECT {i};\n"));
        await database.ExecuteAsync($"""
            CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz,
                migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
                applied_steps_count integer NOT NULL DEFAULT 0);
            INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
            SELECT gen_random_uuid(), encode(sha256(format(E'-- %s\nSELECT %s;\n', i, i)::bytea), 'hex'), format('2026%s_m', lpad(i::text, 10, '0')),
                   timestamptz '2026-01-01' + i * interval '1 minute', timestamptz '2026-01-01 00:00:01' + i * interval '1 minute', 1
            FROM generate_series(0, {Count - 1}) i
            """);

        Assert.That((await JudgeAsync(project, database)).Details, Is.EqualTo("10000/10000 migrations applied"));

        project.With($"m/{Name(17)}/migration.sql", "-- edited");
        Directory.Delete(project.Of($"m/{Name(4_000)}"), recursive: true);
        project.With($"m/{Name(Count)}/migration.sql", "SELECT 'pending'");
        await database.ExecuteAsync(
            $"UPDATE _prisma_migrations SET finished_at = NULL, logs = 'ERROR' WHERE migration_name = '{Name(9_999)}'");
        var result = await JudgeAsync(project, database);

        Assert.That(result.Details, Is.EqualTo("Migration issues: 1 pending, 1 failed, 1 edited, 1 missing on disk"));
        Assert.That(
            result.Problems.Select(problem =>
                (problem.Code.Id, problem.Message.Split(' ').First(word => word.StartsWith("2026", StringComparison.Ordinal)))),
            Is.EquivalentTo(new[] { ("DBG0201", Name(Count)), ("DBG0202", Name(9_999)), ("DBG0205", Name(17)), ("DBG0206", Name(4_000)) }));
    }

    static string Name(int i) => $"2026{i:0000000000}_m";

    static async Task<CheckResult> JudgeAsync(GatedProject project, TestDatabase database)
    {
        await using var context = new GateContext(project.Read(new() { ["DATABASE_URL"] = database.UrlText }));
        var report = (await CheckRunner.RunAsync([new MigrationsCheck()], context, CancellationToken.None)).Single();
        await TestContext.Out.WriteLineAsync($"{report.Duration.TotalMilliseconds:0} ms for {report.Result.Details}");
        return report.Result;
    }
}
