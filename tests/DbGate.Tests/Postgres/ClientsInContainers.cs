using DbGate.Postgres;
using DbGate.Processes;

namespace DbGate.Tests.Postgres;

/// <summary>
/// The image <c>postgres:N</c> of the server's own version, run by a real engine. Where there is none, or no such image, these are ignored,
/// in CI too: it has no registry to take images from (tests/postgres-image/mkimage.sh makes one of Debian's packages).
/// </summary>
[Category("Postgres")]
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
public sealed class ClientsInContainers
{
    static readonly CancellationToken None = CancellationToken.None;

    static readonly string[] Differing = ["\\restrict", "\\unrestrict", "-- Dumped by"];

    TestServer server = null!;
    ClientTool psql = null!;
    ClientTool pgDump = null!;

    [OneTimeSetUp]
    public async Task Find()
    {
        server = await TestServer.SharedAsync();
        await using var session = await Session.OpenAsync(server.Url, null, None);
        if ((await EngineImage.FindAsync(session.ServerMajor, ContainerEngines.All, None)).Image is null)
        {
            Assert.Ignore($"No engine with the image postgres:{session.ServerMajor}.");
        }

        psql = await ClientTools.FindAsync("psql", session.ServerMajor, [], ContainerEngines.All, None);
        pgDump = await ClientTools.FindAsync("pg_dump", session.ServerMajor, [], ContainerEngines.All, None);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Reach_the_server_over_the_network_and_by_its_socket(bool socket)
    {
        var url =
            !socket
                ? server.Url
                : server.Url with { Host = server.Local?.Folder ?? throw new IgnoreException("The server is another machine's.") };
        await using var environment = await LibpqEnvironment.CreateAsync(url, None);

        var outcome = await ChildProcess.RunAsync(
            psql.Command(["-XAtq", "--no-password", "-v", "ON_ERROR_STOP=1", "-f", "-"], environment.Variables),
            "COPY (SELECT 'ü', inet_client_addr() IS NULL) TO STDOUT \\g /dev/stdout\n\\echo 'after' :ROW_COUNT\n",
            None);

        Assert.That(outcome.StandardError, Is.Empty);
        Assert.That(outcome.StandardOutput, Is.EqualTo($"ü\t{(socket ? 't' : 'f')}\nafter 1"));
    }

    [Test]
    public async Task Fail_with_their_own_exit_code_and_last_words()
    {
        await using var environment = await LibpqEnvironment.CreateAsync(server.Url, None);

        var outcome =
            await ChildProcess.RunAsync(
                psql.Command(["-Xqw", "-v", "ON_ERROR_STOP=1", "-f", "-"], environment.Variables), "SELECT 1/0;", None);

        Assert.That((outcome.ExitCode, outcome.StandardError), Is.EqualTo((3, "psql:<stdin>:1: ERROR:  division by zero")));
    }

    [Test]
    public async Task Dump_what_the_machines_own_dump()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "CREATE TABLE t (id int PRIMARY KEY, x text); INSERT INTO t SELECT i, 'x' || i FROM generate_series(1, 5000) i");
        await using var environment = await LibpqEnvironment.CreateAsync(database.Url, None);
        var own = await ClientTools.FindAsync("pg_dump", pgDump.Version.Major, None);
        string[] arguments = ["--no-password", "--format=plain", "--data-only"];

        Assert.That(await DumpAsync(pgDump, arguments, environment), Is.EqualTo(await DumpAsync(own, arguments, environment)));
    }

    [Test]
    public async Task End_with_their_containers_when_they_are_cancelled([Values("psql", "pg_dump")] string program)
    {
        await using var work = await LongWork.StartAsync(program == "psql" ? psql : pgDump);

        await work.CancelAsync();

        await work.IsGoneAsync();
    }

    // What SIGKILL of DbGate leaves: the engine's client, whose input ends.
    [Test]
    public async Task End_with_their_containers_when_nobody_speaks_to_them_any_more()
    {
        await using var work = await LongWork.StartAsync(pgDump);

        await work.Child.StandardInput.DisposeAsync();

        await work.IsGoneAsync();
    }

    [Test]
    public async Task End_with_their_containers_when_the_engines_client_is_killed([Values("psql", "pg_dump")] string program)
    {
        await using var work = await LongWork.StartAsync(program == "psql" ? psql : pgDump);

        (await Shell.RunAsync("kill", ["-KILL", $"{work.Child.Id}"])).Succeeded();

        await work.ContainerIsGoneAsync();
    }

    static async Task<string> DumpAsync(ClientTool tool, string[] arguments, LibpqEnvironment environment)
    {
        await using var child = ChildProcess.Start(tool.Command(arguments, environment.Variables), None);
        using var reader = new StreamReader(child.StandardOutput);
        var lines = (await reader.ReadToEndAsync()).Split('\n');
        Assert.That((await child.WaitAsync()).StandardError, Is.Empty);
        return string.Join('\n', lines.Where(line => !Differing.Any(start => line.StartsWith(start, StringComparison.Ordinal))));
    }

    /// <summary>A client that waits for a lock.</summary>
    sealed class LongWork : IAsyncDisposable
    {
        readonly TestDatabase database;
        readonly Npgsql.NpgsqlConnection holder;
        readonly LibpqEnvironment environment;
        readonly CancellationTokenSource cancellationSource;
        readonly string container;

        LongWork(
            TestDatabase database, Npgsql.NpgsqlConnection holder, LibpqEnvironment environment, ChildProcess child,
            CancellationTokenSource cancellationSource, string container)
        {
            (this.database, this.holder, this.environment) = (database, holder, environment);
            (Child, this.cancellationSource, this.container) = (child, cancellationSource, container);
        }

        public ChildProcess Child { get; }

        public static async Task<LongWork> StartAsync(ClientTool tool)
        {
            var database = await TestDatabase.CreateAsync();
            await database.ExecuteAsync("CREATE TABLE t (id int)");
            var holder = await TestServer.ConnectAsync(database.Url);
            await using (var command = new Npgsql.NpgsqlCommand("BEGIN; LOCK t", holder))
            {
                await command.ExecuteNonQueryAsync();
            }

            var environment = await LibpqEnvironment.CreateAsync(database.Url, None);
            var started = tool.Command(tool.Name == "psql" ? ["-Xqw", "-f", "-"] : ["--no-password"], environment.Variables);
            var cancellationSource = new CancellationTokenSource();
            var child =
                ChildProcess.Start(
                    started with { StopSignal = tool.Name == "psql" ? StopSignal.Interrupt : StopSignal.Terminate },
                    cancellationSource.Token);
            if (tool.Name == "psql")
            {
                await child.StandardInput.WriteAsync("SELECT * FROM t;\n"u8.ToArray());
                await child.StandardInput.FlushAsync();
            }

            var work = new LongWork(database, holder, environment, child, cancellationSource, started.CleanUp!.Arguments[^1]);
            await Eventually.HoldsAsync(async () => await work.WaitingAsync() == 1);
            return work;
        }

        public Task CancelAsync() => cancellationSource.CancelAsync();

        /// <summary>Container and query are gone, though the lock is still held.</summary>
        public async Task IsGoneAsync()
        {
            await ContainerIsGoneAsync();
            await Eventually.HoldsAsync(async () => await WaitingAsync() == 0);
        }

        public Task ContainerIsGoneAsync() => Eventually.HoldsAsync(HasEndedAsync);

        async Task<bool> HasEndedAsync() =>
            (await Shell.RunAsync("docker", ["ps", "--all", "--quiet", "--filter", $"name={container}"]))
                .Succeeded().Output.Trim().Length == 0;

        Task<long> WaitingAsync() =>
            database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");

        public async ValueTask DisposeAsync()
        {
            await Child.DisposeAsync();
            cancellationSource.Dispose();
            await holder.DisposeAsync();
            await environment.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
