using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Restores
{
    [Test]
    public async Task Replace_the_database_and_keep_the_old_one()
    {
        await using var trial = await RestoreTrial.StartAsync();
        await using var held = await trial.Backups.Source.ConnectAsync();
        await trial.Backups.Source.ExecuteAsync("DELETE FROM \"order\"");

        var outcome = await RestoreAsync(trial, request => request);

        await using var former = new Dropped(trial.Backups.Source.Url.WithDatabase(outcome.Former!));
        Assert.That(outcome.Database, Is.EqualTo(trial.Backups.Source.Name));
        Assert.That(outcome.Former, Does.StartWith($"{trial.Backups.Source.Name}_before_restore_2"));
        Assert.That(await trial.Backups.Source.ScalarAsync<long>("SELECT count(*) FROM \"order\""), Is.EqualTo(20000));
        Assert.That(await former.ScalarAsync<long>("SELECT count(*) FROM \"order\""), Is.Zero);
    }

    [Test]
    public async Task Give_the_new_database_what_the_old_one_had()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        var name = trial.Backups.Source.Name;
        await trial.Backups.Source.ExecuteAsync(
            $"""
            ALTER DATABASE {name} SET search_path TO app, "$user", public; ALTER DATABASE {name} SET my.secret = 'it''s';
            ALTER DATABASE {name} CONNECTION LIMIT 7; REVOKE CONNECT ON DATABASE {name} FROM PUBLIC; GRANT CREATE ON DATABASE {name} TO pg_monitor;
            """);
        const string Properties =
            "SELECT string_agg(x, '; ' ORDER BY x) FROM (SELECT unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = "
                + "s.setdatabase WHERE datname = current_database() UNION SELECT datconnlimit::text FROM pg_database WHERE datname = "
                + "current_database() UNION SELECT a::text FROM pg_database, unnest(datacl) a WHERE datname = current_database()) p (x)";
        var before = await trial.Backups.Source.ScalarAsync<string>(Properties);

        var outcome = await RestoreAsync(trial, request => request);

        await using var former = new Dropped(trial.Backups.Source.Url.WithDatabase(outcome.Former!));
        Assert.That(await trial.Backups.Source.ScalarAsync<string>(Properties), Is.EqualTo(before));
    }

    [TestCase(null)]
    [TestCase("yes")]
    [TestCase("restore_production")]
    public async Task Of_production_without_the_word_do_nothing(string? word)
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        var before = await DatabasesAsync(trial);

        Assert.That(() => RestoreAsync(trial, request => request with { IsProduction = true, Confirmation = word }),
            Failure.From("DBG0704"));
        Assert.That(await DatabasesAsync(trial), Is.EqualTo(before));
    }

    [Test]
    public async Task Of_production_with_the_word_are_done()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");

        var outcome = await RestoreAsync(trial, request => request with { IsProduction = true, Confirmation = "RESTORE_PRODUCTION" });

        await using var former = new Dropped(trial.Backups.Source.Url.WithDatabase(outcome.Former!));
        Assert.That(outcome.Former, Is.Not.Null);
    }

    [Test]
    public async Task Of_another_databases_backup_replace_nothing()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        var other = await trial.TargetAsync();
        await other.ExecuteAsync("CREATE TABLE mine (id int)");
        var before = await other.DigestAsync();

        Assert.That(
            () => RestoreAsync(trial, request => request with { Url = other.Url }),
            Failure.From("DBG0706", problem => problem.Message.Contains(trial.Backups.Source.Name, StringComparison.Ordinal)));
        Assert.That(await other.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task By_a_role_that_may_create_nothing_do_nothing()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        await using var role = await Postgres.TestRole.CreateAsync("pw");

        Assert.That(
            () => RestoreAsync(trial, request => request with { Url = request.Url with { User = role.Name, Password = "pw" } }),
            Failure.From("DBG0722", problem => problem.Fix!.ToString().Contains("CREATEDB", StringComparison.Ordinal)));
    }

    [Test]
    public async Task That_cannot_end_a_session_keep_both_databases()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        await using var role = await Postgres.TestRole.CreateAsync("pw");
        await trial.Backups.Source.ExecuteAsync(
            $"ALTER ROLE {role.Quoted} CREATEDB; ALTER DATABASE {trial.Backups.Source.Name} OWNER TO {role.Quoted}; ALTER TABLE t OWNER "
                + $"TO {role.Quoted}");
        var backup = await trial.Backups.TakeAsync();
        await using var superusers = await trial.Backups.Source.ConnectAsync();

        var problem = Assert.ThrowsAsync<DbGate.Problems.GateException>(() => RestoreAsync(trial, request => request with
        {
            Backup = trial.Choice with { Key = backup.Key },
            Url = request.Url with { User = role.Name, Password = "pw" },
            Options = request.Options with { SwapTimeout = TimeSpan.FromMilliseconds(300) },
        }))!.Problem;

        await using var beside =
            new Dropped(
                trial.Backups.Source.Url.WithDatabase((await DatabasesAsync(trial))!.Split(',')
                    .Single(name => name != trial.Backups.Source.Name)));
        Assert.That(problem.Code.Id, Is.EqualTo("DBG0714"), problem.ToString());
        Assert.That(problem.State, Does.Contain($"the restored database stays as {beside.Url.Database}"));
        Assert.That(await beside.ScalarAsync<long>("SELECT count(*) FROM t"), Is.Zero);
        await trial.Backups.Source.ExecuteAsync(
            $"ALTER DATABASE {trial.Backups.Source.Name} OWNER TO CURRENT_USER; REASSIGN OWNED BY {role.Quoted} TO CURRENT_USER");
        await beside.DisposeAsync();
    }

    [Test]
    public async Task Of_a_misspelled_name_show_the_names_that_are_there()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int); CREATE TABLE orders (id int)");

        Assert.That(
            () => RestoreAsync(trial, request => request with { Backup = trial.Choice with { Key = trial.Backup.Key[..^3] } }),
            Failure.From("DBG0324", problem => problem.Fix!.ToString().Contains($"--backup={trial.Backup.Key}", StringComparison.Ordinal)));
        foreach (var name in new[] { "order", "public.order" })
        {
            Assert.That(
                () => RestoreAsync(trial, request => request with { Tables = [name] }),
                Failure.From(
                    "DBG0326",
                    problem => problem.Message.StartsWith($"{name} is", StringComparison.Ordinal)
                        && problem.Fix!.ToString().Contains("public.orders", StringComparison.Ordinal)));
        }

        Assert.That(
            () => RestoreAsync(trial, request => request with { File = "nothing.sql.gz", Backup = null }),
            Failure.From("DBG0715", problem => problem.Message.EndsWith("does not exist.", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Beside_leave_the_database_alone()
    {
        await using var trial = await RestoreTrial.StartAsync();
        var before = await trial.Backups.Source.DigestAsync();

        await using var beside = new Dropped(trial.Backups.Source.Url.WithDatabase($"{trial.Backups.Source.Name} \"beside\""));
        var outcome = await RestoreAsync(trial, request => request with { Into = beside.Url.Database, IsProduction = true });

        Assert.That((outcome.Database, outcome.Former, outcome.Holds), Is.EqualTo((beside.Url.Database, (string?)null, true)));
        Assert.That(await beside.ScalarAsync<long>("SELECT count(*) FROM \"order\""), Is.EqualTo(20000));
        Assert.That(await trial.Backups.Source.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Into_a_database_that_exists_are_refused()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        var other = await trial.TargetAsync();

        Assert.That(() => RestoreAsync(trial, request => request with { Into = other.Name }), Failure.From("DBG0705"));
        Assert.That(await RestoreTrial.TableCountAsync(other.Url), Is.Zero);
    }

    [Test]
    public async Task Of_a_cut_backup_leave_no_database()
    {
        await using var trial = await RestoreTrial.StartAsync();
        var bytes = await File.ReadAllBytesAsync(trial.ArchivePath);
        await File.WriteAllBytesAsync(trial.ArchivePath, bytes[..(bytes.Length / 2)]);
        var before = await DatabasesAsync(trial);

        Assert.That(() => RestoreAsync(trial, request => request), Failure.From("DBG0322"));
        Assert.That(await DatabasesAsync(trial), Is.EqualTo(before));
    }

    [Test]
    public async Task Of_an_unsigned_backup_that_nobody_named_are_refused()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");

        Assert.That(
            () => RestoreAsync(trial, request => request with { Backup = trial.Choice }),
            Failure.From("DBG0707", problem => problem.Fix!.ToString().Contains($"--backup={trial.Backup.Key}", StringComparison.Ordinal)));
    }

    [Test]
    public async Task That_fail_while_loading_drop_the_new_database()
    {
        // The rule became stricter than the rows: the server refuses in the middle of them.
        await using var trial = await RestoreTrial.StartAsync(
            """
            CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE TABLE u (id int CHECK (id < public.f())); INSERT INTO u VALUES (0);
            CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT -5';
            """);
        var backup = await trial.Backups.TakeAsync();
        var before = await DatabasesAsync(trial);

        Assert.That(
            () => RestoreAsync(trial, request => request with { Backup = trial.Choice with { Key = backup.Key } }),
            Failure.From("DBG0720", problem => problem.Cause!.Contains("u_id_check", StringComparison.Ordinal)));
        Assert.That(await DatabasesAsync(trial), Is.EqualTo(before));
    }

    [Test]
    public async Task When_cancelled_drop_the_new_database()
    {
        await using var trial = await RestoreTrial.StartAsync();
        var before = await DatabasesAsync(trial);
        using var stop = new CancellationTokenSource();
        var progress = new Observer(report =>
        {
            if (report.Stage == "rows")
            {
                stop.Cancel();
            }
        });

        Assert.That(() => Restore.RunAsync(RequestOf(trial), progress, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await DatabasesAsync(trial), Is.EqualTo(before));
    }

    [Test]
    public async Task Whose_psql_is_killed_drop_the_new_database()
    {
        await using var trial = await RestoreTrial.StartAsync();
        var before = await DatabasesAsync(trial);
        await using var admin = await Session.OpenAsync(trial.Backups.Source.Url, null, CancellationToken.None);
        using var ended = new CancellationTokenSource();
        Npgsql.NpgsqlConnection? holder = null;
        var killing = Task.CompletedTask;
        var progress = new Observer(report =>
        {
            if (report.Stage == "indexes and constraints" && holder is null)
            {
                // The event precedes the connection, and those of the rows may still be closing: whatever psql comes is killed until the
                // restore gives up. None can be done before: it waits for the table.
                holder = LockAsync().GetAwaiter().GetResult();
                killing = Task.Run(async () =>
                {
                    while (!ended.IsCancellationRequested)
                    {
                        await admin.ExecuteAsync(
                            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dbgate' AND datname = "
                                + $"'{holder.Database}'", CancellationToken.None);
                        await Task.Delay(20);
                    }
                });
            }
        });

        Assert.That(() => Restore.RunAsync(RequestOf(trial), progress, CancellationToken.None), Failure.From("DBG0708"));
        await ended.CancelAsync();
        await killing;
        await holder!.DisposeAsync();
        Assert.That(await DatabasesAsync(trial), Is.EqualTo(before));

        async Task<Npgsql.NpgsqlConnection> LockAsync()
        {
            var name =
                await admin.ScalarAsync<string>(
                    $"SELECT datname::text FROM pg_database WHERE datname LIKE '{trial.Backups.Source.Name}\\_restore\\_%'",
                    CancellationToken.None);
            var connection = await TestServer.ConnectAsync(trial.Backups.Source.Url.WithDatabase(name!));
            await using var command = new Npgsql.NpgsqlCommand("BEGIN; LOCK TABLE \"order\" IN ACCESS EXCLUSIVE MODE", connection);
            await command.ExecuteNonQueryAsync();
            return connection;
        }
    }

    [Test]
    public void Name_databases_within_63_bytes()
    {
        var name = Restore.Name(string.Concat(Enumerable.Repeat("é", 31)), "_restore_20261122_060000");

        Assert.That(System.Text.Encoding.UTF8.GetByteCount(name), Is.LessThanOrEqualTo(63));
        Assert.That(name, Does.EndWith("é_restore_20261122_060000"));
    }

    static RestoreRequest RequestOf(RestoreTrial trial) => new()
    {
        Backup = trial.Choice with { Key = trial.Backup.Key },
        Url = trial.Backups.Source.Url,
        IsProduction = false,
        Options = new() { SliceBytes = 128 * 1024, Jobs = 2 },
    };

    internal static Task<RestoreOutcome> RestoreAsync(RestoreTrial trial, Func<RestoreRequest, RestoreRequest> change) =>
        Restore.RunAsync(change(RequestOf(trial)), null, CancellationToken.None);

    // Other tests make databases at the same time.
    static Task<string?> DatabasesAsync(RestoreTrial trial) =>
        trial.Backups.Source.ScalarAsync<string>(
            $"SELECT string_agg(datname, ',' ORDER BY 1) FROM pg_database WHERE datname ~ '^{trial.Backups.Source.Name}($|_[a-z])'");

    sealed class Observer(Action<RestoreProgress> report) : IProgress<RestoreProgress>
    {
        public void Report(RestoreProgress value) => report(value);
    }
}
