using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Targets;
using DbGate.Tests.Backups.Restores;

namespace DbGate.Tests.Gates;

/// <summary>The steps restore-test and restore, from settings to report.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RestoreSteps
{
    [Test]
    public async Task Restore_test_leaves_a_record_that_production_safety_reads_and_a_date()
    {
        await using var trial = await RestoreTrial.StartAsync();
        await using var context = Context(trial, new() { ["env-file"] = ".env.staging", ["environment"] = "staging" });

        var report = await new GateRunner(context).ExecuteAsync(new RestoreTestStep(), CancellationToken.None);

        Assert.That(report.Result.IsBlocking, Is.False, report.Result.Summary);
        Assert.That(
            report.Result.Facts.Single(fact => fact.Name == "scratch").Value, Does.Match(@"^a throwaway server.*, PostgreSQL \d+\.\d+$"));
        var newest = await context.Services.Evidence.NewestRestoreTestAsync(context, CancellationToken.None);
        Assert.That(newest?.RestoreTime, Is.GreaterThan(TimeSpan.Zero));
        Assert.That(
            await File.ReadAllTextAsync(Path.Combine(trial.Backups.Folder, ".env.staging")),
            Does.Match("^LAST_BACKUP_RESTORE_TEST_DATE=[0-9]{4}-[0-9]{2}-[0-9]{2}\n$"));
    }

    [TestCase(".env.production", "DATABASE_URL_PROD")]
    [TestCase(".env.production", "DATABASE_URL")]
    [TestCase(".env", "DATABASE_URL")]
    public async Task Restore_test_never_goes_to_a_database_that_only_another_environments_file_names(string file, string variable)
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        var other = await trial.TargetAsync();
        await other.ExecuteAsync("CREATE TABLE precious (id int)");
        await File.WriteAllTextAsync(
            Path.Combine(trial.Backups.Folder, file),
            $"{variable}={other.UrlText.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}\n");
        await using var context = Context(trial, new() { ["environment"] = "staging", ["recreate"] = "true" }, testUrl: other.UrlText);

        var report = await new GateRunner(context).ExecuteAsync(new RestoreTestStep(), CancellationToken.None);

        var problem = report.Result.AllProblems.Single();
        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0701", ExitCode.Blocked)), problem.ToString());
        Assert.That(problem.Message, Does.Contain($"{variable} in {file}:1"));
        Assert.That(await other.ScalarAsync<long>("SELECT count(*) FROM precious"), Is.Zero, "it is still there");
    }

    [Test]
    public async Task Restore_of_production_takes_no_word_from_a_file()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        await File.WriteAllTextAsync(Path.Combine(trial.Backups.Folder, "dbgate.json"), """{ "confirm": "RESTORE_PRODUCTION" }""");

        Assert.That(() => Context(trial, new() { ["environment"] = "production" }), Failure.From("DBG0580"));
    }

    [Test]
    public async Task Restore_of_production_asks_nothing_when_there_is_no_backup()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        await using var context = Context(
            trial, new() { ["environment"] = "production" }, GateServices.Real with { Prompt = new Typing("no") });

        var report = await new GateRunner(context).ExecuteAsync(new RestoreStep(), CancellationToken.None);

        // The trial's backup is staging's.
        Assert.That(report.Result.AllProblems.Single().Code.Id, Is.EqualTo("DBG0324"));
    }

    [Test]
    public async Task Restore_of_production_shows_the_backup_before_it_asks_for_the_word()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        var backup = await DbGate.Backups.Backup.TakeAsync(
            trial.Backups.Request with { Environment = "production" }, null, CancellationToken.None);
        var prompt = new Typing("no");
        await using var context = Context(
            trial, new() { ["environment"] = "production", ["backup"] = backup.Key }, GateServices.Real with { Prompt = prompt });

        var report = await new GateRunner(context).ExecuteAsync(new RestoreStep(), CancellationToken.None);

        Assert.That(report.Result.AllProblems.Single().Code.Id, Is.EqualTo("DBG0704"));
        Assert.That(
            prompt.Question,
            Does.Contain(backup.Key).And.Contain("1 row; not signed").And.Contain("_before_restore_").And.EndWith("to go on: "));
    }

    [TestCase("L2", "CREATE TABLE t (id int)")]
    [TestCase("L3", "CREATE TABLE t (id int); INSERT INTO t VALUES (1)")]
    public async Task Backup_first_proves_what_it_takes_as_far_as_is_demanded(string level, string sql)
    {
        await using var trial = await RestoreTrial.StartAsync(sql);
        await using var context =
            Context(trial, new() { ["environment"] = "staging", ["backup-level"] = level, ["accept-new-database"] = "true" });

        var report = await new GateRunner(context).ExecuteAsync(new BackupFirstStep(), CancellationToken.None);

        Assert.That(report.Result.IsBlocking, Is.False, report.ToString());
        Assert.That(context.State.Backup!.Level, Is.EqualTo(level));
        Assert.That(Directory.EnumerateFiles(trial.Backups.Folder, "*.restore-test.*.json").Count(), Is.EqualTo(1), "the record");
    }

    [Test]
    public async Task A_fresh_backup_is_accepted_at_the_level_that_its_record_proves_and_not_restored_again()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        await using var tested = Context(trial, new() { ["environment"] = "staging" });
        await new GateRunner(tested).ExecuteAsync(new RestoreTestStep(), CancellationToken.None);
        await using var context = Context(trial, new() { ["environment"] = "staging", ["backup-level"] = "L3", ["backup-max-age"] = "1h" });

        var report = await new GateRunner(context).ExecuteAsync(new BackupFirstStep(), CancellationToken.None);

        Assert.That(report.Result.Summary, Does.StartWith("accepted the backup"), report.Result.Summary);
        Assert.That(context.State.Backup!.Level, Is.EqualTo("L3"));
        Assert.That(Directory.EnumerateFiles(trial.Backups.Folder, "*.restore-test.*.json").Count(), Is.EqualTo(1), "no second one");
    }

    /// <summary>Its backup is fresh and has the same name; nothing of the new database is in it.</summary>
    [Test]
    public async Task A_fresh_backup_of_a_database_that_was_dropped_and_made_again_is_not_accepted()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        var database = trial.Backups.Source.Name;
        var server = trial.Backups.Source.Url.WithDatabase("postgres");
        await using (var maintenance = await Session.OpenAsync(server, null, CancellationToken.None))
        {
            await maintenance.ExecuteAsync($"DROP DATABASE {database} WITH (FORCE)", CancellationToken.None);
            await maintenance.ExecuteAsync($"CREATE DATABASE {database}", CancellationToken.None);
        }

        await trial.Backups.Source.ExecuteAsync("CREATE TABLE t (id int)");
        await using var context = Context(trial, new() { ["environment"] = "staging", ["backup-max-age"] = "1h" });

        var report = await new GateRunner(context).ExecuteAsync(new BackupFirstStep(), CancellationToken.None);

        Assert.That(report.Result.AllProblems.Select(problem => problem.Code.Id), Has.Member("DBG0305"));
        Assert.That((context.State.Backup, report.Result.IsBlocking), Is.EqualTo(((BackupProof?)null, true)));
    }

    [Test]
    public async Task A_deploy_refuses_a_backup_that_is_not_proven_as_far_as_is_demanded()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");
        await using var context = Context(trial, new() { ["environment"] = "staging", ["backup-level"] = "L3", ["backup-max-age"] = "1h" });
        await using var connection = await DirectConnection.OpenAsync(context.Target, CancellationToken.None);

        var problem =
            Assert.ThrowsAsync<GateException>(() =>
                Preconditions.DemandBackupAsync(context, connection.Identity, null, CancellationToken.None))!.Problem;

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0327", ExitCode.Blocked)));
    }

    static GateContext Context(
        RestoreTrial trial, Dictionary<string, string> options, GateServices? services = null, string? testUrl = null)
    {
        var variables = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = trial.Backups.Source.UrlText,
            ["DBGATE_BACKUP_FOLDER"] = trial.Backups.Folder,
        };
        if (testUrl is not null)
        {
            variables["TEST_DATABASE_URL"] = testUrl;
        }

        return new(SettingsReader.Read(options, variables, trial.Backups.Folder), services ?? GateServices.Real);
    }

    sealed class Typing(string word) : IPrompt
    {
        public string Question { get; private set; } = "";

        public Task<string?> AskAsync(string question, CancellationToken cancellationToken)
        {
            Question = question;
            return Task.FromResult<string?>(word);
        }
    }
}
