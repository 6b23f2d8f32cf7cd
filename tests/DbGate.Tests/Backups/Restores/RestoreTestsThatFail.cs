using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

/// <summary>Backups that are whole, and whose database cannot be had back as it was: only a restore test shows it.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RestoreTestsThatFail
{
    [TestCase(
        "CREATE TABLE t (x int); CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM t); END'; "
            + "CREATE MATERIALIZED VIEW m AS SELECT f()",
        "relation \"t\" does not exist")]
    public async Task Name_what_the_server_refuses(string sql, string cause)
    {
        await using var trial = await RestoreTrial.StartAsync(sql);

        Assert.That(() => trial.RunAsync(), Failure.From("DBG0720", problem => problem.Cause!.Contains(cause, StringComparison.Ordinal)));
        Assert.That(Directory.GetFiles(trial.Backups.Folder, "*restore-test*"), Is.Empty);
    }

    [Test]
    public async Task Say_that_a_sequence_was_behind_in_the_source_already()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (7)");

        var outcome = await trial.RunAsync();

        Assert.That(outcome.Passed);
        Assert.That(outcome.Report.Problems.Single().Message, Does.Contain("public.t_id_seq is behind public.t.id, which reaches 7"));
    }

    [Test]
    public async Task Name_roles_that_the_server_lacks()
    {
        var role = $"reader of \"{Guid.NewGuid():N}\"";
        var quoted = DbGate.Postgres.Sql.Identifier(role);
        await using var trial =
            await RestoreTrial.StartAsync($"CREATE ROLE {quoted}; CREATE TABLE t (id int); GRANT SELECT ON t TO {quoted}");
        await trial.Backups.Source.ExecuteAsync($"DROP OWNED BY {quoted}; DROP ROLE {quoted}");

        Assert.That(
            () => trial.RunAsync(),
            Failure.From("DBG0712", problem => problem.Fix!.ToString().Contains($"CREATE ROLE {quoted}", StringComparison.Ordinal)));
        Assert.That(trial.Backup.Manifest.Roles, Does.Contain(role));
    }
}
