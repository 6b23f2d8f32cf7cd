using System.Globalization;
using DbGate.Backups.Providers;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Storage;

namespace DbGate.Tests.Backups.Providers;

/// <summary>A real cluster whose WAL a real pgBackRest and a folder take, with a base backup of both kinds.</summary>
sealed class ArchivedServer : IAsyncDisposable
{
    const string Push = """
        #!/bin/sh
        set -e
        [ ! -e FOLDER/refuse ]
        cp "$1" "FOLDER/wal/$(basename "$1").new" && mv "FOLDER/wal/$(basename "$1").new" "FOLDER/wal/$(basename "$1")"
        [ ! -e FOLDER/barman.conf ] || cp "$1" "FOLDER/barman/main/incoming/$(basename "$1")"
        [ ! -e FOLDER/pgbackrest.conf ] || exec pgbackrest --config=FOLDER/pgbackrest.conf --stanza=main --pg1-path="$PWD" archive-push "$1"
        """;

    static readonly ServerAccount Account = ServerAccount.Choose();

    ArchivedServer(ThrowawayServer server, string folder) => (Server, Folder) = (server, folder);

    public ThrowawayServer Server { get; }

    public string Folder { get; }

    public PostgresUrl Url => Server.Url;

    public string ConfigFile => Path.Combine(Folder, "pgbackrest.conf");

    public string WalFolder => Path.Combine(Folder, "wal");

    public string BaseFolder => Path.Combine(Folder, "base");

    /// <summary>The settings of the engines.</summary>
    public EngineOptions Options => new()
    {
        ConfigFile = ConfigFile, BaseFolder = BaseFolder, WalFolder = WalFolder, ArchiveTimeout = TimeSpan.FromMinutes(2),
    };

    public static async Task<ArchivedServer> StartAsync(string? program)
    {
        if (program is not null && Shell.Find(program) is null)
        {
            throw Counterpart.Missing($"{program} is not installed", $"sudo apt-get install {program}");
        }

        var folder = Directory.CreateTempSubdirectory("dbgate-engine-").FullName;
        foreach (var name in (string[])["wal", "base", "repo", "lock"])
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
        }

        var push = Path.Combine(folder, "pgbackrest-push");
        await File.WriteAllTextAsync(push, Push.Replace("FOLDER", folder, StringComparison.Ordinal) + "\n");
        await Shell.RunAsync("chmod", ["755", push]);
        await (Account.Name is { } name1 ? Shell.RunAsync("chown", ["-R", name1, folder]) : Task.CompletedTask);
        var server = await TestServer.StartLocalAsync(new()
        {
            Settings = new Dictionary<string, string> { ["archive_mode"] = "on", ["archive_command"] = $"sh {push} %p" },
        });
        var started = new ArchivedServer(server, folder);
        await ExecuteAsync(
            server.Url, "CREATE TABLE early (id int PRIMARY KEY); INSERT INTO early SELECT generate_series(1, 1000)");
        return started;
    }

    public static async Task ExecuteAsync(PostgresUrl url, string sql)
    {
        await using var session = await Session.OpenAsync(url, null, default);
        await session.ExecuteAsync(sql, default);
    }

    /// <summary>Waits until the archiver has taken all segments that are complete.</summary>
    public async Task ArchivedAsync()
    {
        await using var session = await Session.OpenAsync(Url, null, default);
        await Eventually.HoldsAsync(async () => await session.ScalarAsync<long>(
            "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'", default) == 0);
        if (File.Exists(BarmanFile))
        {
            await RunAsync("barman", "-c", BarmanFile, "archive-wal", "main");
        }
    }

    /// <summary>Configures pgBackRest, makes the stanza and takes a full backup.</summary>
    public async Task BackUpAsync()
    {
        if (!File.Exists(ConfigFile))
        {
            await File.WriteAllTextAsync(ConfigFile, string.Create(CultureInfo.InvariantCulture, $"""
                [global]
                repo1-path={Folder}/repo
                repo1-retention-full=2
                compress-type=none
                log-level-file=off
                lock-path={Folder}/lock
                spool-path={Folder}/lock
                start-fast=y
                archive-timeout=60
                [main]
                pg1-path={Server.Folder}/data
                pg1-port={Server.Port}
                pg1-socket-path={Server.Folder}
                pg1-user={Url.User}

                """));
            await RunAsync("pgbackrest", $"--config={ConfigFile}", "--stanza=main", "stanza-create");
        }

        await RunAsync("pgbackrest", $"--config={ConfigFile}", "--stanza=main", "--type=full", "backup");
    }

    public string BarmanFile => Path.Combine(Folder, "barman.conf");

    /// <summary>Configures Barman and takes a base backup.</summary>
    public async Task BarmanBackUpAsync()
    {
        if (!File.Exists(BarmanFile))
        {
            var servers = Path.Combine(Folder, "barman.d");
            var incoming = Path.Combine(Folder, "barman/main/incoming");
            await RunAsync("mkdir", "-p", servers, incoming);
            await File.WriteAllTextAsync(Path.Combine(servers, "main.conf"), string.Create(CultureInfo.InvariantCulture, $"""
                [main]
                description = "a test's"
                conninfo = host={Server.Folder} port={Server.Port} user={Url.User} dbname=postgres
                streaming_conninfo = host={Server.Folder} port={Server.Port} user={Url.User}
                backup_method = postgres
                archiver = on
                path_prefix = {Server.Binaries.Folder}

                """));
            await File.WriteAllTextAsync(BarmanFile, $"""
                [barman]
                barman_user = {Account.Name ?? Environment.UserName}
                barman_home = {Folder}/barman
                barman_lock_directory = {Folder}/lock
                configuration_files_directory = {servers}
                log_file = {Folder}/lock/barman.log

                """);
            await RunAsync("barman", "-c", BarmanFile, "switch-wal", "--force", "--archive", "main"); // it demands one segment first
        }

        await RunAsync("barman", "-c", BarmanFile, "backup", "main", "--wait");
    }

    /// <summary>Takes a base backup with pg_basebackup.</summary>
    public Task BaseBackUpAsync(string name) => RunAsync(
        Path.Combine(Server.Binaries.Folder, "pg_basebackup"), "--pgdata", Path.Combine(BaseFolder, name), "--checkpoint=fast",
        "--no-sync", "--host", Server.Folder, "--port", Server.Port.ToString(CultureInfo.InvariantCulture), "--username", Url.User);

    /// <summary>Runs a program under the account of the server.</summary>
    public async Task<ShellResult> RunAsync(string program, params string[] arguments) =>
        (await Shell.RunAsync(
            program, arguments, folder: Folder, environment: new Dictionary<string, string?> { ["PGPASSWORD"] = Url.Password },
            user: Account.Name)).Succeeded();

    public IRestorableProvider Open(BackupProvider provider, Func<EngineOptions, EngineOptions>? change = null) =>
        (IRestorableProvider)DbGate.Releases.EngineBackups.Open(provider, change?.Invoke(Options) ?? Options, Account);

    public EngineRequest Request(IBackupProvider provider, IObjectStore store, bool withContent = false) => new()
    {
        Url = Url, Environment = "staging", Store = store, Provider = provider, Options = Options, WithContent = withContent,
    };

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
