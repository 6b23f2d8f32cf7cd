using System.Diagnostics;
using System.Globalization;
using DbGate.Backups;
using DbGate.Backups.Stores;
using DbGate.Postgres;
using DbGate.Processes;
using DbGate.Testing;

namespace DbGate.Build.Bench;

/// <summary>
/// <c>migrate-deploy</c> with the direct engine against <c>prisma migrate deploy</c> on 400 migrations into a new database; and <c>rehearse</c> with five
/// migrations on the benchmark database against restoring the same backup into such a server and deploying there. Every run is a process of its own.
/// </summary>
public sealed class DeploySuite : IBenchSuite
{
    const double LongestDeploy = 0.5;
    const double LongestRehearsal = 1.15;
    const double LargestMemory = 300;
    const int Migrations = 400;

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    static readonly (string Name, string Sql)[] Five =
    [
        ("20260101000001_archive", "ALTER TABLE \"docs\" ADD COLUMN \"archivedAt\" TIMESTAMP(3);\nCREATE INDEX \"accounts_bid_idx\" ON \"pgbench_accounts\"(\"bid\");\n"),
        ("20260101000002_tags", """
            CREATE TABLE "Tag" ("id" SERIAL NOT NULL, "docId" BIGINT NOT NULL, "name" TEXT NOT NULL, CONSTRAINT "Tag_pkey" PRIMARY KEY ("id"));
            CREATE INDEX "Tag_docId_idx" ON "Tag"("docId");
            ALTER TABLE "Tag" ADD CONSTRAINT "Tag_docId_fkey" FOREIGN KEY ("docId") REFERENCES "docs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
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
    public string Name => "deploy";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        var folder = Directory.CreateTempSubdirectory("dbgate-bench-");
        try
        {
            return [.. await DeploysAsync(options, folder.CreateSubdirectory("history"), log, ct), .. await RehearsalsAsync(options, folder.CreateSubdirectory("release"), log, ct)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<IReadOnlyList<BenchFigure>> DeploysAsync(BenchOptions options, DirectoryInfo project, Action<string> log, CancellationToken ct)
    {
        var prisma = await BenchPrisma.InstallAsync(ct);
        await prisma.MakeProjectAsync(project.FullName, ct);
        await WriteAsync(project, PrismaHistory.Of(Migrations), ct);
        await using var server = await ThrowawayServer.StartAsync(new() { Locale = "C.UTF-8" }, ct);
        var (own, other) = (new List<double>(), new List<double>());
        for (var i = 0; i <= options.Runs; i++)
        {
            var theirs = await TimeAsync(async url => await prisma.DeployAsync(project.FullName, url.Reveal(), ct));
            var ours = await TimeAsync(async url => await OwnAsync(url, project, "", DeployOnce.Deploy, server.Binaries.Folder, ct));
            log(string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? "to warm up" : $"run {i}")}: {Migrations} migrations: prisma migrate deploy {theirs:0.00} s, direct {ours:0.00} s"));
            if (i > 0)
            {
                own.Add(ours);
                other.Add(theirs);
            }
        }

        return [new($"deploy of {Migrations} migrations, direct to prisma migrate deploy", BenchFigure.Median(own), BenchFigure.Median(other), "s", LongestDeploy)];

        async Task<double> TimeAsync(Func<PostgresUrl, Task> deploy)
        {
            await using var session = await Session.OpenAsync(server.Url, null, ct);
            await session.ExecuteAsync("CREATE DATABASE history TEMPLATE template0", ct);
            var watch = Stopwatch.StartNew();
            await deploy(server.Url.WithDatabase("history"));
            var seconds = watch.Elapsed.TotalSeconds;
            await session.ExecuteAsync("DROP DATABASE history WITH (FORCE)", ct);
            return seconds;
        }
    }

    static async Task<IReadOnlyList<BenchFigure>> RehearsalsAsync(BenchOptions options, DirectoryInfo project, Action<string> log, CancellationToken ct)
    {
        await WriteAsync(project, Five, ct);
        await using var database = await BenchDatabase.CreateAsync(options.Scale, log, ct);
        await MakeLedgerAsync(database.Url, ct);
        var store = ObjectStores.Open(new StoreOptions.Folder(Path.Combine(project.FullName, "backups")));
        var backup = await Backup.TakeAsync(new() { Url = database.Url, Environment = "development", Stores = [store] }, null, ct);
        var runs = new List<(Taken Plain, Taken Rehearsal)>();
        for (var i = 0; i <= options.Runs; i++)
        {
            var run = (
                Plain: await OwnAsync(database.Url, project, backup.Key, DeployOnce.Plain, database.Programs, ct),
                Rehearsal: await OwnAsync(database.Url, project, backup.Key, DeployOnce.Rehearse, database.Programs, ct));
            log(string.Create(CultureInfo.InvariantCulture,
                $"{(i == 0 ? "to warm up" : $"run {i}")}: restore and deploy of {Five.Length} {run.Plain.Seconds:0.0} s, rehearsal {run.Rehearsal.Seconds:0.0} s ({run.Rehearsal.Words})"));
            if (i > 0)
            {
                runs.Add(run);
            }
        }

        return
        [
            new("rehearsal to plain restore and deploy", BenchFigure.Median(runs.Select(run => run.Rehearsal.Seconds)), BenchFigure.Median(runs.Select(run => run.Plain.Seconds)), "s", LongestRehearsal),
            new("peak memory of the rehearsal's process", runs.Max(run => run.Rehearsal.PeakMiB), null, "MiB", LargestMemory),
        ];
    }

    /// <summary>A database with tables and no ledger would be refused, as Prisma refuses it (P3005).</summary>
    static async Task MakeLedgerAsync(PostgresUrl url, CancellationToken ct)
    {
        await using var session = await Session.OpenAsync(url, null, ct);
        await session.ExecuteAsync(
            """
            CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz,
              migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
              applied_steps_count integer NOT NULL DEFAULT 0)
            """,
            ct);
    }

    static async Task WriteAsync(DirectoryInfo project, IEnumerable<(string Name, string Sql)> migrations, CancellationToken ct)
    {
        foreach (var (name, sql) in migrations)
        {
            var folder = project.CreateSubdirectory($"prisma/migrations/{name}");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "migration.sql"), sql, ct);
        }
    }

    static async Task<Taken> OwnAsync(PostgresUrl url, DirectoryInfo project, string key, string what, string programs, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(Environment.ProcessPath ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "DbGate.Build.dll"), $"--target={DeployOnce.Target}")
            {
                Environment = new Dictionary<string, string?>
                {
                    [DeployOnce.UrlVariable] = url.Reveal(),
                    [DeployOnce.FolderVariable] = project.FullName,
                    [DeployOnce.KeyVariable] = key,
                    [DeployOnce.WhatVariable] = what,
                    ["DBGATE_PG_BIN"] = programs,
                },
                Deadline = Deadline,
            },
            ct);
        var seconds = watch.Elapsed.TotalSeconds;
        return outcome.StandardOutput.Split('\n').FirstOrDefault(line => line.StartsWith("measured ", StringComparison.Ordinal)) is { } measured
            ? new(seconds, double.Parse(measured["measured ".Length..], CultureInfo.InvariantCulture), outcome.StandardOutput.Split('\n').FirstOrDefault(line => line.Contains("in all", StringComparison.Ordinal)) ?? "")
            : throw new InvalidOperationException($"{what} ended with {outcome.ExitCode}: {outcome.StandardOutput} {outcome.StandardError}");
    }

    sealed record Taken(double Seconds, double PeakMiB, string Words);
}
