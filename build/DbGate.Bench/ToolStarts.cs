using System.Globalization;
using DbGate.Build.Archives;

namespace DbGate.Bench;

/// <summary>The self-contained <c>dbgate</c> from its start to its answer, each next to what Prisma takes for the same.</summary>
static class ToolStarts
{
    public static async Task<IReadOnlyList<BenchFigure>> MeasureAsync(
        string prisma, string project, Dictionary<string, string?> variables, BenchOptions options, Action<string> log,
        CancellationToken cancellationToken)
    {
        var runtime = ToolRuntime.Own ?? throw new ComparatorException("no archive of dbgate is made for this kind of machine");
        log($"publishing dbgate for {runtime.Id}");
        var (tool, reason) = await PublishedTool.MakeAsync(runtime, cancellationToken);
        if (tool is null)
        {
            throw new ComparatorException($"dbgate cannot be published for {runtime.Id}: {reason}");
        }

        var program = Path.Combine(tool.Folder, runtime.BuiltProgram);
        var index = Path.Combine(prisma, "node_modules/prisma/build/index.js");
        var version = await PairAsync("--version", () => OwnAsync("--version"), "prisma --version", () => PrismaAsync("--version"));
        var ready =
            await PairAsync(
                "verify-ready", () => OwnAsync("verify-ready"), "prisma migrate status", () => PrismaAsync("migrate", "status"));
        return
        [
            new("dbgate --version", version.Own, null, "s", 0.25),
            new("dbgate --version to prisma --version", version.Own, version.Other, "s", 1.0),
            new("dbgate verify-ready", ready.Own, null, "s", 1.0),
            new("dbgate verify-ready to prisma migrate status", ready.Own, ready.Other, "s", 1.0),
        ];

        Task<double> OwnAsync(params string[] arguments) => StartSuite.TimeAsync(program, project, variables, cancellationToken, arguments);
        Task<double> PrismaAsync(params string[] arguments) =>
            StartSuite.TimeAsync("node", project, variables, cancellationToken, [index, .. arguments]);

        async Task<(double Own, double Other)> PairAsync(string ownName, Func<Task<double>> own, string otherName, Func<Task<double>> other)
        {
            var (a, b) = (new List<double>(), new List<double>());
            for (var i = 0; i <= options.Runs; i++)
            {
                var (one, two) = (await own(), await other());
                log(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(i == 0 ? "to warm up" : $"run {i}")}: dbgate {ownName} {one:0.000} s, {otherName} {two:0.000} s"));
                if (i > 0)
                {
                    a.Add(one);
                    b.Add(two);
                }
            }

            return (BenchFigure.Median(a), BenchFigure.Median(b));
        }
    }
}
