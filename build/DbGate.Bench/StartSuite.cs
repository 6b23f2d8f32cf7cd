using System.Diagnostics;
using System.Globalization;
using System.Text;
using DbGate.Build.Demo;
using DbGate.Build;
using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Processes;
using DbGate.Releases;

namespace DbGate.Bench;

/// <summary>
/// From <c>build.sh --target=verify-ready</c> to its verdict, next to <c>prisma migrate status</c> on the same database; the same from the
/// tool, and its <c>--version</c>; and the ledger's check on 10,000 migrations.
/// </summary>
sealed class StartSuite : IBenchSuite
{
    const int ManyMigrations = 10_000;
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    public string Name => "start";

    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        var prisma = InstalledPrisma();
        await using var server = await DemoServer.StartAsync(cancellationToken);
        var project = new DemoWallet(Directory.CreateTempSubdirectory("dbgate-bench-").FullName);
        try
        {
            // Node would refuse the throwaway certificate
            var url = (await CreateDatabaseAsync(server.Url, "bench_start", cancellationToken)).WithParameter("sslmode", "disable");
            var variables = new Dictionary<string, string?>
            {
                ["DATABASE_URL"] = url.Reveal(),
                ["PRISMA_SCHEMA_ENGINE_BINARY"] = Path.Combine(prisma, "schema-engine"),
                ["PRISMA_HIDE_UPDATE_MESSAGE"] = "1",
                ["CHECKPOINT_DISABLE"] = "1",
                ["NO_COLOR"] = "1",
                ["FORCE_COLOR"] = null,
                ["NODE_NO_WARNINGS"] = "1",
            };
            Directory.CreateSymbolicLink(Path.Combine(project.Folder, "node_modules"), Path.Combine(prisma, "node_modules"));
            var build = Path.Combine(Paths.Root.FullPath, "build.sh");
            await TimeAsync(build, project.Folder, variables, cancellationToken, "--target=migrate-deploy", "--engine=direct");

            var (own, other) = (new List<double>(), new List<double>());
            for (var i = 0; i <= options.Runs; i++)
            {
                var (a, b) = (
                    await TimeAsync(build, project.Folder, variables, cancellationToken, "--target=verify-ready"),
                    await TimeAsync(
                        "node", project.Folder, variables, cancellationToken, Path.Combine(prisma, "node_modules/prisma/build/index.js"),
                            "migrate",
                        "status"));
                log(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(i == 0 ? "to warm up" : $"run {i}")}: verify-ready {a:0.00} s, prisma migrate status {b:0.00} s"));
                if (i > 0)
                {
                    own.Add(a);
                    other.Add(b);
                }
            }

            var tool = await ToolStarts.MeasureAsync(prisma, project.Folder, variables, options, log, cancellationToken);
            var (seconds, megabytes) = await ManyAsync(server.Url, options.Runs, log, cancellationToken);
            return
            [
                new("verify-ready to its verdict", BenchFigure.Median(own), null, "s", 1.5),
                new("verify-ready to prisma migrate status", BenchFigure.Median(own), BenchFigure.Median(other), "s", 1.0),
                .. tool,
                new($"check of {ManyMigrations} migrations", seconds, null, "s", 1.0),
                new("peak memory of that check's process", megabytes, null, "MB", 200),
            ];
        }
        finally
        {
            Directory.Delete(project.Folder, recursive: true);
        }
    }

    internal static async Task<double> TimeAsync(
        string program, string folder, Dictionary<string, string?> variables, CancellationToken cancellationToken,
            params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(program, arguments)
            {
                EnvironmentBase = EnvironmentBase.Inherited,
                Environment = variables,
                WorkingDirectory = folder,
                Deadline = Deadline,
            },
            cancellationToken);
        return outcome.Succeeded
            ? watch.Elapsed.TotalSeconds
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {outcome.ExitCode}: {outcome.StandardOutput}{outcome.StandardError}");
    }

    /// <summary>Check time alone, in this process; the memory is this process's peak, the runtime and the build's host included.</summary>
    static async Task<(double Seconds, double Megabytes)> ManyAsync(PostgresUrl server, int runs, Action<string> log,
        CancellationToken cancellationToken)
    {
        var url = await CreateDatabaseAsync(server, "bench_many", cancellationToken);
        using var folder = new BenchFolder();
        await using (var session =
            await Session.OpenAsync(url, SessionOptions.Default with { CommandTimeout = TimeSpan.FromMinutes(2) }, cancellationToken))
        {
            for (var i = 0; i < ManyMigrations; i++)
            {
                var path = Path.Combine(folder.Path, "prisma/migrations", Name(i));
                Directory.CreateDirectory(path);
                await File.WriteAllBytesAsync(Path.Combine(path, "migration.sql"), Sql(i), cancellationToken);
            }

            await session.ExecuteAsync(
                """
                create table _prisma_migrations (id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
                    migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
                    started_at timestamptz not null default now(), applied_steps_count integer not null default 0)
                """,
                cancellationToken);
            await session.ExecuteAsync(
                """
                insert into _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
                select gen_random_uuid()::text, encode(sha256(convert_to(format(E'-- %s\nSELECT %s;\n', n, n), 'UTF8')), 'hex'), now(),
                       '2026' || lpad(n::text, 10, '0') || '_step', 1
                  from generate_series(0, $1::int - 1) as n
                """,
                cancellationToken,
                ManyMigrations);
        }

        var settings = SettingsReader.Read(
            new Dictionary<string, string> { ["project"] = folder.Path },
            new Dictionary<string, string> { ["DATABASE_URL"] = url.Reveal() }, folder.Path);
        var times = new List<double>();
        for (var i = 0; i <= runs; i++)
        {
            await using var context = new GateContext(settings);
            var report = (await CheckRunner.RunAsync([new MigrationsCheck()], context, cancellationToken))[0];
            if (report.Result.Details != $"{ManyMigrations}/{ManyMigrations} migrations applied")
            {
                throw new InvalidOperationException(report.Result.Details);
            }

            log(string.Create(
                CultureInfo.InvariantCulture,
                $"{(i == 0 ? "to warm up" : $"run {i}")}: {report.Result.Details} in {report.Duration.TotalSeconds:0.00} s"));
            if (i > 0)
            {
                times.Add(report.Duration.TotalSeconds);
            }
        }

        using var self = Process.GetCurrentProcess();
        return (BenchFigure.Median(times), self.PeakWorkingSet64 / 1e6);

        static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"2026{i:0000000000}_step");
        static byte[] Sql(int i) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"-- {i}\nSELECT {i};\n"));
    }

    static async Task<PostgresUrl> CreateDatabaseAsync(PostgresUrl server, string prefix, CancellationToken cancellationToken)
    {
        var name = $"{prefix}_{Environment.ProcessId}";
        await using var session = await Session.OpenAsync(server, null, cancellationToken);
        await session.ExecuteAsync($"create database {Postgres.Sql.Identifier(name)}", cancellationToken);
        return server.WithDatabase(name);
    }

    /// <summary>The real Prisma that the tests installed.</summary>
    static string InstalledPrisma()
    {
        var parent = Path.Combine(Paths.Root.FullPath, "artifacts/prisma");
        return Directory.Exists(parent)
            && Directory.EnumerateFiles(parent, "installed", SearchOption.AllDirectories).FirstOrDefault() is { } done
            ? Path.GetDirectoryName(done)!
            : throw new ComparatorException(
                "Prisma is not installed here: ./build.sh --target=test --filter=FullyQualifiedName~RealLedgers installs it");
    }
}
