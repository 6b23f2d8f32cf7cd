using System.Diagnostics;
using System.Globalization;
using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Testing;

namespace DbGate.Bench;

/// <summary>
/// <c>migrate-deploy</c> with the direct engine against <c>prisma migrate deploy</c> on 400 migrations into a new database. Every run is a
/// process of its own.
/// </summary>
public sealed class DeploySuite : IBenchSuite
{
    const double LongestDeploy = 0.5;
    const int Migrations = 400;

    /// <inheritdoc/>
    public string Name => "deploy";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        using var folder = new BenchFolder();
        var project = folder.Info;
        var prisma = await BenchPrisma.InstallAsync(cancellationToken);
        await prisma.MakeProjectAsync(project.FullName, cancellationToken);
        await DeployProcess.WriteAsync(project, PrismaHistory.From(Migrations), cancellationToken);
        await using var server = await ThrowawayServer.StartAsync(new() { Locale = "C.UTF-8" }, cancellationToken);
        var (own, other) = (new List<double>(), new List<double>());
        for (var i = 0; i <= options.Runs; i++)
        {
            var theirs = await TimeAsync(async url => await prisma.DeployAsync(project.FullName, url.Reveal(), cancellationToken));
            var ours =
                await TimeAsync(async url => await DeployProcess.RunAsync(url, project, "", DeployOnce.Deploy, server.Binaries.Folder,
                    cancellationToken));
            log(string.Create(
                CultureInfo.InvariantCulture,
                $"{(i == 0 ? "to warm up" : $"run {i}")}: {Migrations} migrations: prisma migrate deploy {theirs:0.00} s, direct "
                    + $"{ours:0.00} s"));
            if (i > 0)
            {
                own.Add(ours);
                other.Add(theirs);
            }
        }

        return [
            new($"deploy of {Migrations} migrations, direct to prisma migrate deploy", BenchFigure.Median(own), BenchFigure.Median(other),
                "s", LongestDeploy)];

        async Task<double> TimeAsync(Func<PostgresUrl, Task> deploy)
        {
            await using var session = await Session.OpenAsync(server.Url, null, cancellationToken);
            await session.ExecuteAsync("CREATE DATABASE history TEMPLATE template0", cancellationToken);
            var watch = Stopwatch.StartNew();
            await deploy(server.Url.WithDatabase("history"));
            var seconds = watch.Elapsed.TotalSeconds;
            await session.ExecuteAsync("DROP DATABASE history WITH (FORCE)", cancellationToken);
            return seconds;
        }
    }
}
