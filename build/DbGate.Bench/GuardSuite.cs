using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DbGate.CommandGuard;

namespace DbGate.Bench;

/// <summary>
/// The guard against <c>rg -l</c> for the names of migration tools, on a repository of 100,000 files of which 2,000 matter.
/// </summary>
sealed class GuardSuite : IBenchSuite
{
    const int Packages = 500;
    const int Files = 100_000;

    /// <summary>What a person would search for instead.</summary>
    const string Names =
        "prisma|drizzle-kit|typeorm|sequelize|knex|mikro-orm|node-pg-migrate|supabase|dotnet "
            + "ef|flyway|liquibase|alembic|manage\\.py|rails|artisan|ecto|goose|dbmate|sqlx|diesel|atlas|sqitch|psql|dropdb|pg_restore";

    public string Name => "guard";

    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        using var folder = new BenchFolder();
        Generate(folder.Path);
        var (own, other) = (new List<double>(), new List<double>());
        for (var i = 0; i <= options.Runs; i++)
        {
            var (searched, inspected) = (await SearchAsync(folder.Path, cancellationToken), Inspect(folder.Path, cancellationToken));
            log(string.Create(
                CultureInfo.InvariantCulture, $"{(i == 0 ? "to warm up" : $"run {i}")}: guard {inspected:0.00} s, rg {searched:0.00} s"));
            if (i > 0)
            {
                own.Add(inspected);
                other.Add(searched);
            }
        }

        using var self = Process.GetCurrentProcess();
        return
        [
            new("guard to rg -l of the tools' names", BenchFigure.Median(own), BenchFigure.Median(other), "s", 1),
            new("peak memory of the guard's process", self.PeakWorkingSet64 / 1e6, null, "MB", 200),
        ];
    }

    static double Inspect(string folder, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var found = Guard.Inspect(new GuardRequest(folder), cancellationToken).Findings.Count(finding => finding.Blocks);
        return found == Packages
            ? watch.Elapsed.TotalSeconds
            : throw new InvalidOperationException($"the guard found {found} of {Packages} planted commands");
    }

    static async Task<double> SearchAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            var watch = Stopwatch.StartNew();
            using var search =
                Process.Start(new ProcessStartInfo("rg", ["-l", "--no-messages", "-e", Names, folder]) { RedirectStandardOutput = true })!;
            await search.StandardOutput.ReadToEndAsync(cancellationToken);
            await search.WaitForExitAsync(cancellationToken);
            return watch.Elapsed.TotalSeconds;
        }
        catch (Win32Exception)
        {
            throw new ComparatorException("rg is missing: apt-get install ripgrep");
        }
    }

    /// <summary>500 packages with four relevant files each, the rest sources; the same bytes every time.</summary>
    static void Generate(string folder)
    {
        File.WriteAllText(Path.Combine(folder, ".gitignore"), "*.log\nbuild/\n.env\n");
        var source = string.Concat(Enumerable.Repeat("export const answer = (x: number) => x * 42; // nothing to see\n", 30));
        for (var package = 0; package < Packages; package++)
        {
            var root = Path.Combine(folder, $"packages/p{package}");
            Directory.CreateDirectory(Path.Combine(root, "scripts"));
            File.WriteAllText(
                Path.Combine(
                    root,
                    "package.json"), $$"""{ "name": "@acme/p{{package}}", "scripts": { "dev": "next dev", "start:prod": "sh scripts/start.sh", "db:push": "prisma db push" } }""");
            File.WriteAllText(
                Path.Combine(root, "Dockerfile"), "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD npm run start:prod\n");
            File.WriteAllText(
                Path.Combine(root, "scripts/start.sh"), "#!/bin/sh\nset -e\nnpx prisma db push --accept-data-loss\nexec node server.js\n");
            File.WriteAllText(
                Path.Combine(root, "docker-compose.dev.yml"),
                "services:\n  api:\n    build: .\n    command: npx prisma migrate dev\n  db:\n    image: postgres:17\n");
            for (var index = 0; index < (Files / Packages) - 4; index++)
            {
                var place = Path.Combine(root, $"src/m{index / 20}");
                Directory.CreateDirectory(place);
                File.WriteAllText(Path.Combine(place, $"f{index}.ts"), source);
            }
        }

        File.WriteAllText(Path.Combine(folder, "package.json"), """{ "private": true, "workspaces": ["packages/*"] }""");
    }
}
