using System.Diagnostics;
using System.Globalization;
using DbGate.Backups;
using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Storage;
using DbGate.Testing;

namespace DbGate.Bench;

/// <summary>
/// <c>rehearse</c> with 800 pending migrations against <c>prisma migrate deploy</c> of the same ones, for <see cref="RehearseSuite"/>.
/// </summary>
static class RehearsedHistory
{
    const double LongestRehearsal = 3.0;
    const int Migrations = 800;

    public static async Task<BenchFigure> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        using var folder = new BenchFolder();
        var project = folder.Info;
        var prisma = await BenchPrisma.InstallAsync(cancellationToken);
        await prisma.MakeProjectAsync(project.FullName, cancellationToken);
        await DeployProcess.WriteAsync(project, PrismaHistory.From(Migrations), cancellationToken);
        await using var server = await ThrowawayServer.StartAsync(new() { Locale = "C.UTF-8" }, cancellationToken);
        await using var session = await Session.OpenAsync(server.Url, null, cancellationToken);
        await session.ExecuteAsync("CREATE DATABASE production TEMPLATE template0", cancellationToken);
        var production = server.Url.WithDatabase("production");
        await RehearseSuite.MakeLedgerAsync(production, cancellationToken);
        var store = ObjectStores.Open(new StoreOptions.Folder(Path.Combine(project.FullName, "backups")));
        var backup = await Backup.TakeAsync(new() { Url = production, Environment = "development", Stores = [store] }, null,
            cancellationToken);
        var (own, other) = (new List<double>(), new List<double>());
        for (var i = 0; i <= options.Runs; i++)
        {
            await session.ExecuteAsync("CREATE DATABASE deployed TEMPLATE production", cancellationToken);
            var watch = Stopwatch.StartNew();
            await prisma.DeployAsync(project.FullName, server.Url.WithDatabase("deployed").Reveal(), cancellationToken);
            var theirs = watch.Elapsed.TotalSeconds;
            await session.ExecuteAsync("DROP DATABASE deployed WITH (FORCE)", cancellationToken);
            var ours = await DeployProcess.RunAsync(production, project, backup.Key, DeployOnce.Rehearse, server.Binaries.Folder,
                cancellationToken);
            log(string.Create(CultureInfo.InvariantCulture,
                $"{(i == 0 ? "to warm up" : $"run {i}")}: {Migrations} migrations: prisma migrate deploy {theirs:0.0} s, rehearsal "
                    + $"{ours.Seconds:0.0} s ({ours.Words})"));
            if (i > 0)
            {
                own.Add(ours.Seconds);
                other.Add(theirs);
            }
        }

        return new(
            $"rehearsal of {Migrations} migrations to prisma migrate deploy", BenchFigure.Median(own), BenchFigure.Median(other), "s",
            LongestRehearsal);
    }
}
