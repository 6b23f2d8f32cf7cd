using System.Diagnostics;
using DbGate.CommandGuard;

namespace DbGate.Build.Bench;

/// <summary>The guard against <c>rg -l prisma</c> on a repository of 100,000 files of which 2,000 matter.</summary>
static class GuardSuite
{
    const int Packages = 500;
    const int Files = 100_000;
    const double TimeLimit = 2.0;
    const long MemoryLimit = 300L << 20;

    /// <summary>Makes the repository, measures in turns, and says a line per figure. Returns 0, 10 when a limit falls short, 20 without ripgrep.</summary>
    public static int Run(string folder, int rounds, Action<string> say, CancellationToken cancellation)
    {
        Generate(folder);
        var (guard, search) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var searched = Search(folder);
            if (searched < 0)
            {
                say("guard-time: rg is missing (apt-get install ripgrep)");
                return 20;
            }

            var watch = Stopwatch.StartNew();
            var report = Guard.Inspect(new GuardRequest(folder), cancellation);
            var inspected = watch.Elapsed.TotalSeconds;
            if (report.Findings.Count(finding => finding.Blocks) != Packages)
            {
                throw new InvalidOperationException($"the guard found {report.Findings.Count(finding => finding.Blocks)} of {Packages} planted commands");
            }

            // The first round warms the file cache for both.
            if (round > 0)
            {
                guard.Add(inspected);
                search.Add(searched);
            }
        }

        var (ours, theirs) = (Median(guard), Median(search));
        var memory = Process.GetCurrentProcess().PeakWorkingSet64;
        var holds = ours <= TimeLimit * theirs && memory <= MemoryLimit;
        say($"guard-time: {ours * 1000:0} ms, rg {theirs * 1000:0} ms, ratio {ours / theirs:0.00}, limit {TimeLimit:0.0}: {(ours <= TimeLimit * theirs ? "holds" : "falls short")}");
        say($"guard-memory: {memory >> 20} MiB, limit {MemoryLimit >> 20} MiB: {(memory <= MemoryLimit ? "holds" : "falls short")}");
        return holds ? 0 : 10;
    }

    static double Search(string folder)
    {
        try
        {
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(new ProcessStartInfo("rg", ["-l", "--no-messages", "prisma", folder]) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return watch.Elapsed.TotalSeconds;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>500 packages with four relevant files each, the rest sources; the same bytes every time.</summary>
    static void Generate(string folder)
    {
        if (File.Exists(Path.Combine(folder, "package.json")))
        {
            return;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, ".gitignore"), "*.log\nbuild/\n.env\n");
        var source = string.Concat(Enumerable.Repeat("export const answer = (x: number) => x * 42; // nothing to see\n", 30));
        for (var package = 0; package < Packages; package++)
        {
            var root = Path.Combine(folder, $"packages/p{package}");
            Directory.CreateDirectory(Path.Combine(root, "scripts"));
            File.WriteAllText(Path.Combine(root, "package.json"), $$"""{ "name": "@acme/p{{package}}", "scripts": { "dev": "next dev", "start:prod": "sh scripts/start.sh", "db:push": "prisma db push" } }""");
            File.WriteAllText(Path.Combine(root, "Dockerfile"), "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD npm run start:prod\n");
            File.WriteAllText(Path.Combine(root, "scripts/start.sh"), "#!/bin/sh\nset -e\nnpx prisma db push --accept-data-loss\nexec node server.js\n");
            File.WriteAllText(Path.Combine(root, "docker-compose.dev.yml"), "services:\n  api:\n    build: .\n    command: npx prisma migrate dev\n  db:\n    image: postgres:17\n");
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
