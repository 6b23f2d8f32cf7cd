using DbGate.Backups.Restores;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Tests.Backups;

namespace DbGate.Tests.Backups.Restores;

[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RestoreTests
{
    [Test]
    public async Task Whose_superuser_has_another_name_than_the_scratch_servers_pass()
    {
        var boss = $"Boss {Guid.NewGuid():N}";
        await using var trial = await RestoreTrial.StartAsync(
            $"""
            CREATE ROLE "{boss}" SUPERUSER;
            CREATE TABLE t (id int);
            CREATE FUNCTION nothing() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
            CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION nothing();
            ALTER EVENT TRIGGER watch OWNER TO "{boss}";
            """);

        try
        {
            var outcome = await trial.RunAsync(request => request with { Target = null });

            Assert.That(outcome.Passed, Is.True, string.Join('\n', outcome.Report.Problems));
        }
        finally
        {
            await trial.Backups.Source.ExecuteAsync($"DROP EVENT TRIGGER watch; DROP ROLE \"{boss}\"");
        }
    }

    [Test]
    public async Task Restore_all_and_find_it_equal([Values(1, 3)] int jobs)
    {
        await using var trial = await RestoreTrial.StartAsync();
        var target = await trial.TargetAsync();

        var outcome = await trial.RunAsync(request => request with { Target = target.Url, Options = request.Options with { Jobs = jobs } });

        Assert.That(outcome.Report.Problems, Is.Empty);
        Assert.That(outcome.Passed);
        Assert.That(Lines(await BackupTrial.DumpAsync(target)), Is.EqualTo(Lines(await BackupTrial.DumpAsync(trial.Backups.Source))));
        Assert.That((outcome.Record.Tables, outcome.Record.Rows, outcome.Record.ForeignKeys), Is.EqualTo((3, 20500L, 1)));
        Assert.That(outcome.Report.NotChecked, Is.Empty);
    }

    // Several connections load at the same time: the rows of a table are in another order then.
    static IEnumerable<string> Lines(string dump) => dump.Split('\n').Order(StringComparer.Ordinal);

    [Test]
    public async Task Need_no_database_of_ones_own()
    {
        await using var trial = await RestoreTrial.StartAsync();

        var outcome = await trial.RunAsync(request => request with { Target = null });

        Assert.That(outcome.Passed, string.Join('\n', outcome.Report.Problems));
        Assert.That(outcome.Record.Level, Is.EqualTo(VerificationLevel.Restored));
    }
}
