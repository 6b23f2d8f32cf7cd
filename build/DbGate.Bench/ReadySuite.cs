using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using DbGate.Bench.Ready;
using DbGate.Postgres;

namespace DbGate.Bench;

/// <summary>
/// <c>dbgate serve</c> under 2,000 requests a second on the machine that runs the load too; how soon /ready reports that the database
/// hangs,
/// refuses or is gone, and that it is back; statistics of 5,000 tables. The limits are absolute: there is nothing to compare with.
/// </summary>
sealed class ReadySuite : IBenchSuite
{
    const int PerSecond = 2000;
    const int ManyTables = 5000;
    static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    // The defaults of service.cachePeriod and service.checkTimeout, and the grace for which an old answer serves on.
    static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);

    public string Name => "ready";

    public async Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        await using var served = await ServedWallet.StartAsync(log, cancellationToken);
        return [
            .. await LoadAsync(served, options, log, cancellationToken), .. await FaultsAsync(served, log, cancellationToken),
            await StatisticsAsync(served, options, log, cancellationToken)];
    }

    static async Task<IReadOnlyList<BenchFigure>> LoadAsync(
        ServedWallet served, BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        var ready = new Uri(served.Address, "/ready");
        log($"to warm up: {await OpenLoad.RunAsync(ready, PerSecond, Duration / 6, cancellationToken)}");
        var memory = new List<double>();
        using var sampling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sampled = SampleAsync(served, memory, sampling.Token);
        var opened = await served.SessionsOpenedAsync(cancellationToken);
        var watch = Stopwatch.StartNew();
        var load = await OpenLoad.RunAsync(ready, PerSecond, Duration * options.Scale, cancellationToken);
        var elapsed = watch.Elapsed;
        await Task.Delay(CheckTimeout, cancellationToken); // the server counts a session when it has ended
        var sets = (await served.SessionsOpenedAsync(cancellationToken) - opened) / 2.0;
        await sampling.CancelAsync();
        await sampled;
        var third = memory.Count / 3;
        var (early, late) = (BenchFigure.Median(memory.Take(third)), BenchFigure.Median(memory.TakeLast(third)));
        log($"{load}");
        log(string.Create(
            CultureInfo.InvariantCulture,
            $"{sets} query sets in {elapsed.TotalSeconds:0.0} s; memory {early:0.0} MB early, {late:0.0} MB late"));
        return
        [
            new($"ready at {PerSecond}/s: answers that were not 200", load.Failed, null, "requests", 0),
            new($"ready at {PerSecond}/s: p99", load.Percentile(99), null, "ms", 20),
            new("ready: query sets a cache period", sets / (Math.Floor(elapsed / Period) + 1), null, "sets", 1),
            new("ready: memory late in the load to early", late, early, "MB", 1.1),
        ];
    }

    static async Task<IReadOnlyList<BenchFigure>> FaultsAsync(ServedWallet served, Action<string> log, CancellationToken cancellationToken)
    {
        var postmaster = (await File.ReadAllLinesAsync(Path.Combine(served.Server.Folder, "data/postmaster.pid"), cancellationToken))[0];
        (string Name, Func<Task> Wreck, Func<Task> Mend)[] faults =
        [
            ("hangs", () => SignalAsync("STOP", postmaster), () => SignalAsync("CONT", postmaster)),
            ("refuses", () => AlterAsync(served, "alter database served allow_connections false"),
                () => AlterAsync(served, "alter database served allow_connections true")),
            ("disappears", () => AlterAsync(served, "alter database served rename to gone"),
                () => AlterAsync(served, "alter database gone rename to served")),
        ];
        var figures = new List<BenchFigure>();
        foreach (var (name, wreck, mend) in faults)
        {
            await UntilAsync(served, HttpStatusCode.OK, cancellationToken);
            await wreck();
            var down = await UntilAsync(served, HttpStatusCode.ServiceUnavailable, cancellationToken);
            await mend();
            var up = await UntilAsync(served, HttpStatusCode.OK, cancellationToken);
            log(string.Create(CultureInfo.InvariantCulture, $"the database {name}: 503 after {down:0.0} s, 200 again after {up:0.0} s"));
            figures.Add(
                new($"the database {name}: to 503 (one period and the time-out)", down, null, "s",
                    (Period + CheckTimeout).TotalSeconds + 0.5));
            figures.Add(new($"the database is back from \"{name}\": to 200 (one period)", up, null, "s", Period.TotalSeconds + 0.5));
        }

        await Task.Delay(CheckTimeout, cancellationToken);
        figures.Add(new("connections left behind", await served.SessionsOpenAsync(cancellationToken), null, "sessions", 0));
        return figures;
    }

    static async Task<BenchFigure> StatisticsAsync(ServedWallet served, BenchOptions options, Action<string> log,
        CancellationToken cancellationToken)
    {
        var count = (int)(ManyTables * options.Scale);
        log($"making {count} tables");
        await using (var session =
            await Session.OpenAsync(served.Url, SessionOptions.Default with { CommandTimeout = TimeSpan.FromMinutes(5) },
                cancellationToken))
        {
            await session.ExecuteAsync("create schema many", cancellationToken);
            for (var made = 0; made < count; made += 500) // each transaction's locks fit into the server's table
            {
                await session.ExecuteAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"do $$ begin for i in {made + 1}..{Math.Min(made + 500, count)} loop execute format('create table many.t%s (id int "
                        + $"primary key, note text)', i); end loop; end $$"), cancellationToken);
            }

            await session.ExecuteAsync("analyze", cancellationToken);
        }

        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServedWallet.Token);
        var times = new List<double>();
        for (var run = 0; run < options.Runs; run++)
        {
            await Task.Delay(Period + TimeSpan.FromSeconds(1.1), cancellationToken); // no answer of before serves any more
            var watch = Stopwatch.StartNew();
            var body = await http.GetStringAsync(new Uri(served.Address, "/admin/database/stats"), cancellationToken);
            times.Add(watch.Elapsed.TotalSeconds);
            log(string.Create(
                CultureInfo.InvariantCulture,
                $"run {run + 1}: statistics of {count} tables, {body.Length / 1000} kB, in {times[^1]:0.000} s"));
        }

        return new($"stats of {count} tables, estimated", BenchFigure.Median(times), null, "s", 1);
    }

    static async Task SampleAsync(ServedWallet served, List<double> memory, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            memory.Add(served.Megabytes);
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>How long it takes until /ready reports it, in seconds; asked ten times a second.</summary>
    static async Task<double> UntilAsync(ServedWallet served, HttpStatusCode status, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromMinutes(1); await Task.Delay(100, cancellationToken))
        {
            using var response = await http.GetAsync(new Uri(served.Address, "/ready"), cancellationToken);
            if (response.StatusCode == status)
            {
                return watch.Elapsed.TotalSeconds;
            }
        }

        throw new InvalidOperationException($"/ready did not become {(int)status} within a minute");
    }

    static async Task AlterAsync(ServedWallet served, string sql)
    {
        await using var session = await Session.OpenAsync(served.Server.Url, null, CancellationToken.None); // of another database
        await session.ExecuteAsync(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'served'", CancellationToken.None);
        await session.ExecuteAsync(sql, CancellationToken.None);
    }

    static async Task SignalAsync(string name, string pid)
    {
        using var kill = Process.Start("kill", [$"-{name}", pid]);
        await kill.WaitForExitAsync();
    }
}
