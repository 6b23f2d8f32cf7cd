using DbGate.Postgres;

namespace DbGate.Tests.Backups.Restores;

[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class ScratchTargets
{
    const string Small = "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1);";

    [Test]
    public async Task That_are_a_configured_database_are_refused_under_any_name()
    {
        await using var trial = await RestoreTrial.StartAsync(Small);
        var alias = trial.Backups.Source.Url.Reveal().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        Assert.That(
            () => trial.RunAsync(request => request with { Target = PostgresUrl.Parse(alias, "TEST_DATABASE_URL"), Recreate = true }),
            Failure.From("DBG0701"));
        Assert.That(await trial.Backups.Source.ScalarAsync<int>("SELECT id FROM t"), Is.EqualTo(1));
    }

    [Test]
    public async Task That_cannot_be_told_from_a_configured_database_are_refused()
    {
        await using var trial = await RestoreTrial.StartAsync(Small);
        var target = await trial.TargetAsync();
        var unreachable = PostgresUrl.Parse("postgresql://u:secret@127.0.0.1:1/production", "DATABASE_URL_PROD");

        Assert.That(
            () => trial.RunAsync(request => request with { Target = target.Url, Configured = [("DATABASE_URL_PROD", unreachable)] }),
            Failure.From("DBG0702"));
    }

    [Test]
    public async Task That_have_another_encoding_are_refused_and_made_anew_when_asked()
    {
        await using var trial = await RestoreTrial.StartAsync(Small);
        var target = await trial.TargetAsync();
        await trial.Backups.Source.ExecuteAsync($"DROP DATABASE {target.Name}");
        await trial.Backups.Source.ExecuteAsync($"CREATE DATABASE {target.Name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");

        Assert.That(() => trial.RunAsync(request => request with { Target = target.Url }), Failure.From("DBG0719"));
        Assert.That((await trial.RunAsync(request => request with { Target = target.Url, Recreate = true })).Passed);
    }

    [TestCase("CREATE TABLE mine (id int)")]
    [TestCase("CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'")]
    [TestCase("CREATE TYPE mine AS ENUM ('a')")]
    [TestCase("CREATE SCHEMA mine")]
    [TestCase("SELECT lo_create(0)")]
    public async Task That_hold_something_are_refused(string sql)
    {
        await using var trial = await RestoreTrial.StartAsync(Small);
        var target = await trial.TargetAsync();
        await target.ExecuteAsync(sql);
        var before = await target.DigestAsync();

        Assert.That(() => trial.RunAsync(request => request with { Target = target.Url }), Failure.From("DBG0703"));
        Assert.That(await target.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task That_hold_something_are_made_anew_when_asked()
    {
        await using var trial = await RestoreTrial.StartAsync(Small);
        var target = await trial.TargetAsync();
        await target.ExecuteAsync("CREATE TABLE mine (id int)");

        var outcome = await trial.RunAsync(request => request with { Target = target.Url, Recreate = true });

        Assert.That(outcome.Passed);
        Assert.That(await RestoreTrial.TableCountAsync(target.Url), Is.EqualTo(2));
    }

    [Test]
    public async Task That_do_not_exist_are_made()
    {
        await using var trial = await RestoreTrial.StartAsync(Small);
        var target = await trial.TargetAsync();
        await target.DisposeAsync();

        Assert.That((await trial.RunAsync(request => request with { Target = target.Url })).Passed);
    }

    [Test]
    public async Task That_hold_an_extension_only_count_as_empty()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE EXTENSION pgcrypto; CREATE TABLE t (id int);");
        var target = await trial.TargetAsync();
        await target.ExecuteAsync("CREATE EXTENSION pgcrypto");

        Assert.That((await trial.RunAsync(request => request with { Target = target.Url })).Passed);
    }
}
