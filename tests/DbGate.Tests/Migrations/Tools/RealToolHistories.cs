using DbGate.Gates.Steps;
using DbGate.Migrations.Tools;
using DbGate.Problems;
using DbGate.Tests.Releases;
using Npgsql;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>Twelve migrations that a real tool applied, and what can become of them and of the thirteenth.</summary>
[Category("Postgres")]
[Category("Nightly")]
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
public sealed class RealToolHistories
{
    sealed record Twelve(FullTool Tool, TestDatabase Database, IReadOnlyList<string> Files) : IAsyncDisposable
    {
        public MigrationTool Reader => DbGate.Migrations.MigrationProject.Locate(Tool.Files.Read()).Tool;

        public async Task<string> CodesAsync() => ToolTrial.Codes(await ToolTrial.JudgeAsync(Database, Tool.Files));

        public async Task<string?> DetailsAsync() => (await ToolTrial.JudgeAsync(Database, Tool.Files)).Details;

        public async ValueTask DisposeAsync()
        {
            Tool.Dispose();
            await Database.DisposeAsync();
        }
    }

    static IEnumerable<string> All => FullTool.Nightly;

    static async Task<Twelve> CreateAsync(string id, string approvals = """{ "required": 0 }""")
    {
        var tool = await FullTool.CreateAsync(id, approvals);
        var database = await TestDatabase.CreateAsync();
        var files = new List<string>();
        for (var number = 1; number <= 12; number++)
        {
            files.Add(tool.Add(number, $"CREATE TABLE t{number} (id int PRIMARY KEY)"));
        }

        (await ToolRelease.RunAsync(tool.Files, tool.Command, database, "development", new MigrateDeployStep())).Passed();
        var history = new Twelve(tool, database, files);
        Assert.That(await history.DetailsAsync(), Is.EqualTo("12/12 migrations applied"));
        return history;
    }

    [TestCaseSource(nameof(All))]
    public async Task Block_in_each_state(string id)
    {
        await using var history = await CreateAsync(id);
        var (tool, database) = (history.Tool, history.Database);

        foreach (var key in history.Reader.LockKeys(database.Name, history.Reader.DefaultTable("public")).Take(1))
        {
            await using var other = await database.ConnectAsync();
            await using (var take = new NpgsqlCommand($"SELECT pg_advisory_lock({key})", other))
            {
                await take.ExecuteNonQueryAsync();
            }

            Assert.That(await history.CodesAsync(), Is.EqualTo("DBG0203"), "running");
        }

        await Eventually.HoldsAsync(async () => await history.DetailsAsync() == "12/12 migrations applied");
        var fifth = history.Files[4];
        var text = await File.ReadAllTextAsync(tool.Files.Of(fifth));
        if (history.Reader.Facts.Checksum is not null)
        {
            tool.Files.With(fifth, text.Replace("id int", "id bigint", StringComparison.Ordinal));
            Assert.That(await history.CodesAsync(), Does.Contain("DBG0205"), "edited");
        }

        tool.Remove(fifth);
        Assert.That(await history.CodesAsync(), Does.Contain(id == "drizzle" ? "DBG0213" : "DBG0206"), "missing");
        tool.Files.With(fifth, text);
        if (id == "drizzle-1")
        {
            tool.Files.With(Path.Combine(Path.GetDirectoryName(fifth)!, "snapshot.json"), "{}");
        }

        Assert.That(await history.CodesAsync(), Is.Empty);
        tool.Add(13, "CREATE TABLE t13 (id int)");
        Assert.That(await history.CodesAsync(), Is.EqualTo("DBG0201"), "pending");
        await using var other2 = await TestDatabase.CreateAsync();
        await other2.ExecuteAsync("CREATE TABLE something (id int)");
        Assert.That(ToolTrial.Codes(await ToolTrial.JudgeAsync(other2, tool.Files)), Does.Contain("DBG0209"), "without a ledger");
    }

    [TestCaseSource(nameof(All))]
    public async Task Fail_in_the_middle_and_go_on_after_the_printed_fix(string id)
    {
        await using var history = await CreateAsync(id);
        var (tool, database) = (history.Tool, history.Database);
        tool.Add(13, "CREATE TABLE t13 (id int)");
        var last = tool.Add(14, "CREATE TABLE half (id int)", "SELECT * FROM nothing");

        // The rehearsal finds it before; the rules of development do without.
        (await ToolRelease.RunAsync(tool.Files, tool.Command, database, "staging", ToolRelease.Chain))[^1]
            .Expect("DBG0560", ExitCode.Blocked);
        var failed = (await ToolRelease.RunAsync(tool.Files, tool.Command, database, "development", new MigrateDeployStep()))[^1];

        failed.Expect("DBG0502", ExitCode.MigrationFailed);
        Assert.That(await history.CodesAsync(), Is.Not.Empty);
        foreach (var command in failed.Result.Problems.SelectMany(problem => problem.Fix!.Commands).OfType<GateCommand>()
            .Where(command => command.Task == "resolve"))
        {
            var resolved = await ToolRelease.ResolveAsync(tool.Files, tool.Command, database, command);
            if (resolved.Result.Problems.Any(problem =>
                problem.Cause?.Contains("table public.half is in the database", StringComparison.Ordinal) == true))
            {
                await database.ExecuteAsync("DROP TABLE half");
                resolved = await ToolRelease.ResolveAsync(tool.Files, tool.Command, database, command);
            }

            // What no catalog shows, such as the SQL of code, is confirmed by a person.
            if (resolved.Result.Problems.Any(problem => problem.Code.Id == "DBG0238"))
            {
                resolved = await ToolRelease.StepAsync(
                    tool.Files, tool.Command, database, new ResolveStep(),
                    [.. command.Options.Select(option => (option.Name, option.Value?.Text ?? "")), ("confirm", database.Name)]);
            }

            resolved.Expect(null);
        }

        var text = await File.ReadAllTextAsync(tool.Files.Of(last));
        if (id == "graphile-migrate")
        {
            tool.Remove(last);
            tool.AddAgain(14, "CREATE TABLE half (id int)");
        }
        else
        {
            tool.Files.With(
                last, text.Replace("SELECT * FROM nothing", "SELECT * FROM half", StringComparison.Ordinal));
        }

        (await ToolRelease.RunAsync(tool.Files, tool.Command, database, "staging", ToolRelease.Chain)).Passed();
        Assert.That(await history.DetailsAsync(), Is.EqualTo("14/14 migrations applied"));
    }

    [TestCaseSource(nameof(All))]
    public async Task Are_approved_by_another_person_and_brought_back(string id)
    {
        await using var history = await CreateAsync(id, """{ "required": 1 }""");
        var (tool, database) = (history.Tool, history.Database);
        await database.ExecuteAsync("INSERT INTO t1 SELECT generate_series(1, 20)");
        tool.Add(13, "ALTER TABLE t1 ADD COLUMN name text");
        var reports = await ToolRelease.RunAsync(tool.Files, tool.Command, database, "staging", ToolRelease.Chain);
        reports[^1].Expect("DBG0540", ExitCode.Blocked);
        var plan = reports[2].Result.Facts.First(fact => fact.Name == "plan").Value;

        (await ToolRelease.StepAsync(
            tool.Files, tool.Command, database, new ApproveStep(), ("plan", plan), ("by", "ben"), ("confirm", "APPROVE_STAGING")))
            .Expect(null);
        (await ToolRelease.RunAsync(
            tool.Files, tool.Command, database, "staging", [("plan", plan)],
            new BackupFirstStep(), new PlanStep(), new MigrateDeployStep())).Passed();
        Assert.That(await history.DetailsAsync(), Is.EqualTo("13/13 migrations applied"));

        var backup = Path.GetFileName(Directory.GetFiles(tool.Files.Of("backups"), "*_staging_*.sql.gz").Order().Last());
        (await ToolRelease.StepAsync(tool.Files, tool.Command, database, new RestoreStep(), ("backup", backup))).Expect(null);
        Assert.That(await history.DetailsAsync(), Is.EqualTo("Migration issues: 1 pending"));
        Assert.That(await database.ScalarAsync<long>("SELECT count(*) FROM t1"), Is.EqualTo(20));
    }
}
