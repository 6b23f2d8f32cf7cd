using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DbGate.Build.Archives;

namespace DbGate.Bench;

/// <summary>
/// <c>dbgate guard --hook</c> as it is published, from its start to its answer, next to the start of Node.js: a coding agent waits for
/// it at
/// every
/// command, and a hook that is a script of Node.js waits for that alone. Each start is a process of its own.
/// </summary>
sealed class HookSuite : IBenchSuite
{
    /// <summary>Starts for one run: a single start states little.</summary>
    const int StartsPerRun = 5;

    public string Name => "hook";

    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        var runtime = ToolRuntime.Own ?? throw new ComparatorException("no archive of dbgate is made for this kind of machine");
        log($"publishing dbgate for {runtime.Id}");
        var (tool, reason) = await PublishedTool.MakeAsync(runtime, cancellationToken);
        if (tool is null)
        {
            throw new ComparatorException($"dbgate cannot be published for {runtime.Id}: {reason}");
        }

        using var folder = new BenchFolder();
        var program = Path.Combine(tool.Folder, runtime.BuiltProgram);
        var (allowed, destructive, sql, node) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i <= options.Runs * StartsPerRun; i++)
        {
            var times = (
                Allowed: await HookAsync("ls -la", isDenied: false),
                Destructive: await HookAsync("npx prisma db push", isDenied: true),
                Sql: await HookAsync("psql postgres://db.example.com/app -c 'DROP TABLE users'", isDenied: true),
                Node: (await TimeAsync("node", ["-e", "0"], folder.Path, "", cancellationToken)).Seconds);
            if (i == 0)
            {
                continue;
            }

            allowed.Add(times.Allowed);
            destructive.Add(times.Destructive);
            sql.Add(times.Sql);
            node.Add(times.Node);
            log(string.Create(CultureInfo.InvariantCulture,
                $"start {i}: allowed {times.Allowed:0.000} s, db push {times.Destructive:0.000} s, SQL {times.Sql:0.000} s, node "
                    + $"{times.Node:0.000} s"));
        }

        return
        [
            new("hook, an allowed command", BenchFigure.Median(allowed), null, "s", 0.1),
            new("hook, a destructive command", BenchFigure.Median(destructive), null, "s", 0.1),
            new("hook, destructive SQL", BenchFigure.Median(sql), null, "s", 0.1),
            new("hook, a destructive command to node -e 0", BenchFigure.Median(destructive), BenchFigure.Median(node), "s", 1.5),
        ];

        async Task<double> HookAsync(string command, bool isDenied)
        {
            var call = JsonSerializer.Serialize(new { hook_event_name = "PreToolUse", tool_name = "Bash", cwd = folder.Path,
                tool_input = new { command } });
            var (seconds, output) = await TimeAsync(program, ["guard", "--hook"], folder.Path, call, cancellationToken);
            return output.Contains("deny", StringComparison.Ordinal) == isDenied
                ? seconds
                : throw new InvalidOperationException($"the hook answered {command} with: {output}");
        }
    }

    static async Task<(double Seconds, string Output)> TimeAsync(string program, string[] arguments, string folder, string input,
        CancellationToken cancellationToken)
    {
        try
        {
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true,
                RedirectStandardOutput = true, WorkingDirectory = folder })!;
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (watch.Elapsed.TotalSeconds, output);
        }
        catch (Win32Exception)
        {
            throw new ComparatorException($"{program} is missing");
        }
    }
}
