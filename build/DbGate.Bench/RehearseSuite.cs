using System.Globalization;
using DbGate.Backups;
using DbGate.Storage;
using DbGate.Postgres;

namespace DbGate.Bench;

/// <summary>
/// <c>rehearse</c> with five migrations on the benchmark database against restoring the same backup into such a server and deploying
/// there; the rehearsal of the deploy command against the same restore with the command alone; and 800 migrations against
/// <c>prisma migrate deploy</c>. Every run is a process of its own.
/// </summary>
public sealed class RehearseSuite : IBenchSuite
{
    const double LongestRehearsal = 1.15;
    const double LongestOfCommand = 1.2;
    const double LargestMemory = 300;

    static readonly (string Name, string Sql)[] Five =
    [
        ("20260101000001_archive",
            "ALTER TABLE \"docs\" ADD COLUMN \"archivedAt\" TIMESTAMP(3);\nCREATE INDEX \"accounts_bid_idx\" ON "
                + "\"pgbench_accounts\"(\"bid\");\n"),
        ("20260101000002_tags", """
            CREATE TABLE "Tag" ("id" SERIAL NOT NULL, "docId" BIGINT NOT NULL, "name" TEXT NOT NULL,
              CONSTRAINT "Tag_pkey" PRIMARY KEY ("id"));
            CREATE INDEX "Tag_docId_idx" ON "Tag"("docId");
            ALTER TABLE "Tag" ADD CONSTRAINT "Tag_docId_fkey" FOREIGN KEY ("docId") REFERENCES "docs"("id") ON DELETE RESTRICT
              ON UPDATE CASCADE;
            """),
        ("20260101000003_backfill", "UPDATE \"docs\" SET \"archivedAt\" = \"created\" WHERE \"tenant\" < 50;\n"),
        ("20260101000004_data", """
            DO $$
            DECLARE r RECORD;
            BEGIN
              FOR r IN SELECT id FROM small_001 WHERE flag LOOP
                UPDATE small_001 SET name = upper(name) WHERE id = r.id;
                EXECUTE format('INSERT INTO "Tag" ("docId", "name") VALUES (%s, %L)', r.id, 'small');
              END LOOP;
            END $$;
            """),
        ("20260101000005_narrow", """
            ALTER TABLE small_002 ALTER COLUMN name TYPE VARCHAR(200);
            ALTER TABLE small_003 ALTER COLUMN flag SET NOT NULL;
            ALTER TABLE small_004 DROP COLUMN flag;
            """),
    ];

    /// <inheritdoc/>
    public string Name => "rehearse";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        using var folder = new BenchFolder();
        var project = folder.Info;
        var prisma = await BenchPrisma.InstallAsync(cancellationToken);
        await prisma.MakeProjectAsync(project.FullName, cancellationToken);
        await DeployProcess.WriteAsync(project, Five, cancellationToken);
        await using var database = await BenchDatabase.CreateAsync(options.Scale, log, cancellationToken);
        await MakeLedgerAsync(database.Url, cancellationToken);
        var store = ObjectStores.Open(new StoreOptions.Folder(Path.Combine(project.FullName, "backups")));
        var backup = await Backup.TakeAsync(new() { Url = database.Url, Environment = "development", Stores = [store] }, null,
            cancellationToken);
        var statements = await CompareAsync(
            $"deploy of {Five.Length}", database, project, backup.Key, new Dictionary<string, string?>(), options, log, cancellationToken);
        var command = await CompareAsync(
            "the command", database, project, backup.Key,
            new Dictionary<string, string?>(prisma.Variables) { [DeployOnce.CommandVariable] = BenchPrisma.Command }, options, log,
            cancellationToken);
        return
        [
            Figure("rehearsal to plain restore and deploy", statements, LongestRehearsal),
            Figure("rehearsal of the deploy command to plain restore and the command", command, LongestOfCommand),
            new("peak memory of the rehearsal's process", statements.Max(run => run.Rehearsal.PeakMiB!.Value), null, "MiB", LargestMemory),
            await RehearsedHistory.RunAsync(options, log, cancellationToken),
        ];
    }

    static BenchFigure Figure(string name, IReadOnlyList<(DeployTaken Plain, DeployTaken Rehearsal)> runs, double limit) => new(
        name, BenchFigure.Median(runs.Select(run => run.Rehearsal.Seconds)), BenchFigure.Median(runs.Select(run => run.Plain.Seconds)), "s",
        limit);

    /// <summary>Plain and rehearsed in turn; the first of each only warms up.</summary>
    static async Task<IReadOnlyList<(DeployTaken Plain, DeployTaken Rehearsal)>> CompareAsync(
        string what, BenchDatabase database, DirectoryInfo project, string key, IReadOnlyDictionary<string, string?> variables,
        BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        var runs = new List<(DeployTaken Plain, DeployTaken Rehearsal)>();
        for (var i = 0; i <= options.Runs; i++)
        {
            var run = (
                Plain: await DeployProcess.RunAsync(
                    database.Url, project, key, DeployOnce.Plain, database.Programs, variables, cancellationToken),
                Rehearsal: await DeployProcess.RunAsync(
                    database.Url, project, key, DeployOnce.Rehearse, database.Programs, variables, cancellationToken));
            log(string.Create(CultureInfo.InvariantCulture,
                $"{(i == 0 ? "to warm up" : $"run {i}")}: restore and {what} {run.Plain.Seconds:0.0} s, rehearsal "
                    + $"{run.Rehearsal.Seconds:0.0} s ({run.Rehearsal.Words})"));
            if (i > 0)
            {
                runs.Add(run);
            }
        }

        return runs;
    }

    /// <summary>A database with tables and no ledger would be refused, as Prisma refuses it (P3005).</summary>
    internal static async Task MakeLedgerAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(url, null, cancellationToken);
        await session.ExecuteAsync(
            """
            CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz,
              migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
              applied_steps_count integer NOT NULL DEFAULT 0)
            """,
            cancellationToken);
    }
}
