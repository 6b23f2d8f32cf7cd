using DbGate.Backups;
using DbGate.Postgres;
using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

/// <summary>What a role carries for its daily work does not cut off a backup or a restore.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class SessionLimits
{
    // Shorter than CREATE DATABASE and than reading the rows back.
    const string Limits =
        """
        ALTER ROLE {0} SET statement_timeout = '20ms'; ALTER ROLE {0} SET lock_timeout = '20ms'; ALTER ROLE {0} SET default_transaction_read_only = on;
        ALTER ROLE {0} SET idle_in_transaction_session_timeout = '20ms';
        """;

    [Test]
    public async Task Of_the_role_do_not_stop_a_backup_a_restore_test_and_a_restore()
    {
        await using var trial =
            await RestoreTrial.StartAsync("CREATE TABLE t AS SELECT g, repeat(md5(g::text), 8) x FROM generate_series(1, 60000) g");
        await using var role = await Postgres.TestRole.CreateAsync("pw");
        await trial.Backups.Source.ExecuteAsync(
            $"ALTER ROLE {role.Quoted} SUPERUSER; {string.Format(System.Globalization.CultureInfo.InvariantCulture, Limits, role.Quoted)}");
        var url = trial.Backups.Source.Url with { User = role.Name, Password = "pw" };
        var target = await trial.TargetAsync();

        var backup = await Backup.TakeAsync(trial.Backups.Request with { Url = url }, null, CancellationToken.None);
        var tested = await trial.RunAsync(request => request with
        {
            Backup = trial.Choice with { Key = backup.Key },
            Target = target.Url with { User = role.Name, Password = "pw" },
        });
        var restored = await Restore.RunAsync(
            new() { Backup = trial.Choice with { Key = backup.Key }, Url = url, IsProduction = false }, null, CancellationToken.None);

        await using var former = new Dropped(trial.Backups.Source.Url.WithDatabase(restored.Former!));
        Assert.That((tested.Passed, restored.Holds), Is.EqualTo((true, true)));
        await trial.Backups.Source.ExecuteAsync(
            $"ALTER ROLE {role.Quoted} RESET ALL; REASSIGN OWNED BY {role.Quoted} TO CURRENT_USER; ALTER DATABASE "
                + $"{trial.Backups.Source.Name} OWNER TO CURRENT_USER");
    }

    [Test]
    public async Task Of_the_url_itself_are_kept_for_everything_else()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var session = await Session.OpenAsync(database.Url.WithServerSetting("work_mem", "5MB"), null, CancellationToken.None);

        var url = await SessionReset.ApplyAsync(session.Url, session, CancellationToken.None);

        await using var reset = await Session.OpenAsync(url, null, CancellationToken.None);
        Assert.That(
            await reset.ScalarAsync<string>(
                "SELECT concat_ws(' ', current_setting('work_mem'), current_setting('statement_timeout'))", CancellationToken.None),
            Is.EqualTo("5MB 0"));
    }
}
