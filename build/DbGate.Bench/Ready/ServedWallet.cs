using System.Diagnostics;
using System.Text.RegularExpressions;
using DbGate.Build.Demo;
using DbGate.Build;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Processes;
using DbGate.Releases;
using DbGate.Scratch;

namespace DbGate.Bench.Ready;

/// <summary>A throwaway server, the wallet deployed to it, and <c>dbgate serve</c> in a process of its own.</summary>
sealed partial class ServedWallet : IAsyncDisposable
{
    public const string Token = "a-token-for-the-benchmark-alone";

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(20);

    readonly DemoProject project;
    readonly ChildProcess sidecar;

    ServedWallet(ThrowawayServer server, PostgresUrl url, DemoProject project, ChildProcess sidecar, Uri address) =>
        (Server, Url, this.project, this.sidecar, Address) = (server, url, project, sidecar, address);

    public ThrowawayServer Server { get; }

    /// <summary>The wallet's database.</summary>
    public PostgresUrl Url { get; }

    /// <summary>Where the sidecar listens.</summary>
    public Uri Address { get; }

    /// <summary>The sidecar's resident memory now.</summary>
    public double Megabytes
    {
        get
        {
            using var process = Process.GetProcessById(sidecar.Id);
            return process.WorkingSet64 / 1e6;
        }
    }

    public static async Task<ServedWallet> StartAsync(Action<string> log, CancellationToken cancellationToken)
    {
        log("building dbgate");
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var output = Path.Combine(Paths.Root.FullPath, "artifacts/bin/DbGate.Cli/release/DbGate.Cli.dll");
        var built = await ChildProcess.RunAsync(
            new ChildCommand(dotnet, ["build", Path.Combine(Paths.Root.FullPath, "src/DbGate.Cli"), "-c", "Release", "-v", "q", "-nologo"])
            {
                EnvironmentBase = EnvironmentBase.Inherited, Deadline = Deadline,
            },
            cancellationToken);
        if (!built.Succeeded)
        {
            throw new InvalidOperationException($"dbgate could not be built: {built.StandardOutput}{built.StandardError}");
        }

        var server = await ThrowawayServer.StartAsync(new ThrowawayOptions { Ssl = true }, cancellationToken);
        var project = new DemoWallet(Directory.CreateTempSubdirectory("dbgate-bench-").FullName);
        await using (var session = await Session.OpenAsync(server.Url, null, cancellationToken))
        {
            await session.ExecuteAsync("create database served", cancellationToken);
        }

        var variables = new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = server.Url.WithDatabase("served").Reveal(),
            ["DBGATE_ENVIRONMENT"] = "development",
            ["DBGATE_ENGINE"] = "direct",
            ["DBGATE_SERVICE_ADDRESS"] = "http://127.0.0.1:0",
            ["DBGATE_ADMIN_TOKEN"] = Token,
        };
        await using (var run = new GateRunner(new GateContext(SettingsReader.Read(
            new Dictionary<string, string>(), variables.ToDictionary(pair => pair.Key, pair => pair.Value!), project.Folder))))
        {
            if ((await run.ExecuteAsync(new MigrateDeployStep(), cancellationToken)).Result is { IsBlocking: true } failed)
            {
                throw new InvalidOperationException(failed.Summary);
            }
        }

        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sidecar = ChildProcess.Start(
            new ChildCommand(dotnet, [output, "serve"])
            {
                EnvironmentBase = EnvironmentBase.Inherited,
                Environment = variables,
                WorkingDirectory = project.Folder,
                Deadline = Deadline,
                OnLine = line =>
                {
                    log(line.Text);
                    if (Listening().Match(line.Text) is { Success: true } match)
                    {
                        listening.TrySetResult(new Uri(match.Groups[1].Value));
                    }
                },
            },
            cancellationToken);
        _ = sidecar.StandardOutput.CopyToAsync(Stream.Null, cancellationToken);
        return new(
            server, server.Url.WithDatabase("served"), project, sidecar,
                await listening.Task.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken));
    }

    /// <summary>
    /// Sessions that the served database has seen since it was made: each run of the checks opens one per check that asks it.
    /// </summary>
    public async Task<long> SessionsOpenedAsync(CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(Server.Url, null, cancellationToken); // of another database
        return await session.ScalarAsync<long>("select sessions from pg_stat_database where datname = 'served'", cancellationToken);
    }

    /// <summary>Sessions of the sidecar that are open now.</summary>
    public async Task<long> SessionsOpenAsync(CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(Server.Url, null, cancellationToken);
        return await session.ScalarAsync<long>("select count(*) from pg_stat_activity where application_name like 'dbgate-%'",
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await sidecar.DisposeAsync();
        await Server.DisposeAsync();
        Directory.Delete(project.Folder, recursive: true);
    }

    [GeneratedRegex(@"^dbgate serve: (http\S+):")]
    private static partial Regex Listening();
}
