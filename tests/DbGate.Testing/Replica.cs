using System.Globalization;
using DbGate.Postgres;
using DbGate.Scratch;
using Npgsql;

namespace DbGate.Testing;

/// <summary>A streaming standby of a <see cref="ThrowawayServer"/>, made with <c>pg_basebackup</c>. Local programs only.</summary>
sealed class Replica : IAsyncDisposable
{
    readonly System.Diagnostics.Process process;
    readonly string folder;

    Replica(PostgresUrl url, string folder, System.Diagnostics.Process process)
    {
        Url = url;
        this.folder = folder;
        this.process = process;
    }

    /// <summary>Where it answers, with the primary's role and password; read-only.</summary>
    public PostgresUrl Url { get; }

    /// <summary>Makes a standby, and waits until it answers and streams.</summary>
    public static async Task<Replica> StartAsync(ThrowawayServer primary)
    {
        if (!File.Exists(Path.Combine(primary.Binaries.Folder, "pg_basebackup")))
        {
            throw Counterpart.Missing("pg_basebackup is not installed", "sudo apt-get install postgresql");
        }

        var user = ServerAccount.Choose().Name;
        var port = LoopbackPorts.Free();
        var url = primary.Url with { Port = port };

        // Inside of the primary's folder, which the server's account owns: it goes when the primary goes.
        var folder = Path.Combine(primary.Folder, string.Create(CultureInfo.InvariantCulture, $"replica-{port}"));
        (await Shell.RunAsync(
            Path.Combine(primary.Binaries.Folder, "pg_basebackup"),
            ["--pgdata", folder, "--checkpoint", "fast", "--write-recovery-conf", "--no-sync", "--host", primary.Folder, "--port",
                $"{primary.Port}", "--username", primary.Url.User],
            "/", new Dictionary<string, string?> { ["PGPASSWORD"] = primary.Url.Password }, user: user)).Succeeded();

        // A shell that ends its server when the test's process ends, like the one of ThrowawayServer.
        var process = Shell.Start(
            "/bin/sh",
            ["-c", """log=$1; shift; exec 3<&0 </dev/null; "$@" >"$log" 2>&1 3<&- & read -r _ <&3; kill -QUIT $!; wait""",
             "replica", $"{folder}.log", primary.Binaries.Postgres, "-D", folder, "-k", folder, "-p", $"{port}"],
            "/", user: user);
        var replica = new Replica(url, folder, process);
        await replica.WaitAsync(primary);
        return replica;
    }

    /// <summary>Waits until everything that the primary has written is replayed here.</summary>
    public async Task CatchUpAsync(ThrowawayServer primary)
    {
        // The primary commits asynchronously, and may keep its last records back for a quarter of a minute: a commit that waits carries all
        // before it.
        var position = await AskAsync<NpgsqlTypes.NpgsqlLogSequenceNumber>(
            primary.Url, "SET synchronous_commit = on; SELECT pg_logical_emit_message(true, 'catch up', '')");
        await PollAsync(async () =>
            await AskAsync<NpgsqlTypes.NpgsqlLogSequenceNumber>(Url, "SELECT pg_last_wal_replay_lsn()") >= position);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using (process)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<T> AskAsync<T>(PostgresUrl url, string sql)
    {
        await using var connection = await TestServer.ConnectAsync(url);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    static async Task PollAsync(Func<Task<bool>> condition)
    {
        for (var until = DateTimeOffset.UtcNow.AddMinutes(3); DateTimeOffset.UtcNow < until; await Task.Delay(50))
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (NpgsqlException)
            {
                // It is starting.
            }
        }

        throw new TimeoutException("The replica did not answer.");
    }

    async Task WaitAsync(ThrowawayServer primary)
    {
        await PollAsync(() => AskAsync<bool>(primary.Url, "SELECT count(*) > 0 FROM pg_stat_replication WHERE state = 'streaming'"));
        await CatchUpAsync(primary);
    }
}
