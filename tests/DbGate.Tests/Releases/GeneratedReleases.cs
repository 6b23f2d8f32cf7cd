using System.Globalization;
using DbGate.Releases.Rehearsals;
using DbGate.Migrations.Drift;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Approvals;
using DbGate.Releases.Evidence;
using DbGate.Releases.Plans;
using DbGate.Targets;

namespace DbGate.Tests.Releases;

/// <summary>
/// Releases to production out of a random generator: ledger, folder, rules, rehearsal, approvals, clock, and what others do between
/// approval and deploy. An oracle that knows only how the scenario was made reports whether its preconditions hold. One that does not hold
/// must never end in a pass, and the database must be as it was; one that holds must pass, so that the test cannot succeed by blocking
/// everything.
/// </summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class GeneratedReleases
{
    const int ScenariosPerSeed = 25;

    static readonly Lazy<Task<TestDatabase>> Template = new(MakeTemplateAsync);

    /// <summary>Eight seeds of twenty-five scenarios.</summary>
    [Test]
    public Task Never_pass_when_a_precondition_does_not_hold([Range(1, 8)] int seed) => CheckAsync(seed);

    [Test, Category("Nightly")]
    public Task Never_pass_with_other_seeds([Range(101, 140)] int seed) => CheckAsync(seed);

    static async Task CheckAsync(int seed)
    {
        var random = new Random(seed);
        var passed = 0;
        for (var number = 1; number <= ScenariosPerSeed; number++)
        {
            var scenario = Scenario.Generate(random);
            var (hasPassed, why, isUntouched) = await RunAsync(scenario);
            var broken = scenario.Broken();
            Assert.That(
                hasPassed, Is.EqualTo(broken.Count == 0),
                $"seed {seed}, scenario {number}: {scenario}; the oracle: {string.Join(", ", broken)}; DbGate: {why}");
            Assert.That(
                hasPassed || isUntouched, Is.True,
                $"seed {seed}, scenario {number} was blocked, and changed the database: {scenario}; DbGate: {why}");
            passed += hasPassed ? 1 : 0;
        }

        await TestContext.Out.WriteLineAsync($"seed {seed}: {passed} of {ScenariosPerSeed} passed");
        Assert.That(passed, Is.GreaterThan(0), "every scenario was blocked");
    }

    static async Task<(bool HasPassed, string Why, bool IsUntouched)> RunAsync(Scenario scenario)
    {
        await using var database = await TestDatabase.CreateAsync(await Template.Value);
        using var project = Files(scenario);
        using var policy = new TemporaryFile(Policy(project));
        await database.ExecuteAsync(scenario.Ledger switch
        {
            LedgerFault.Failed => "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs) VALUES ('x', 'y', '1_init', "
                + "'ERROR: boom')",
            LedgerFault.Edited => "UPDATE _prisma_migrations SET checksum = reverse(checksum)",
            LedgerFault.OfAnotherTool => "ALTER TABLE _prisma_migrations RENAME TO \"__EFMigrationsHistory\"",
            LedgerFault.OfAnotherApplication => "UPDATE _prisma_migrations SET migration_name = 'other'; INSERT INTO _prisma_migrations "
                + "(id, checksum, migration_name, finished_at) VALUES ('x', 'y', 'other2', now())",
            _ => "SELECT 1",
        });

        var digest = await PlanAsync(scenario, project, database);
        foreach (var (person, accepts) in digest is null ? [] : scenario.Approvals)
        {
            await using var run =
                Start(
                    project, database, new Account(person, "laptop"), ("plan", digest!), ("by", person), ("confirm", "APPROVE_PRODUCTION"),
                    accepts ? ("accept-loss", $"ColumnDropped:{Scenario.Lossy}={Scenario.Values}") : ("by", person));
            await run.ExecuteAsync(new ApproveStep(), default); // a refusal is among what is tested
        }

        await InterfereAsync(scenario, project, database);
        var before = await database.DigestAsync();
        await using var holder =
            scenario.Interference == Interference.AnotherDeploy ? await Session.OpenAsync(database.Url, null, default) : null;
        await using var held = holder is null ? null : await AdvisoryLock.AcquireAsync(holder, "deploy", default);
        await using var deploy = Start(project, database, digest is null ? [] : [("plan", digest)]);
        deploy.Context.Update(state => state with { Guard = new GuardProof(1) });
        var report = await deploy.ExecuteAsync(new MigrateDeployStep(), default);
        var blocking = report.Result.AllProblems.FirstOrDefault(problem => problem.IsBlocking);
        return (deploy.Report().Verdict == Verdict.Pass,
            blocking is null ? report.Result.Summary : $"{blocking.Code.Id} {blocking.Message}", await database.DigestAsync() == before);
    }

    /// <summary>Null when DbGate makes no plan.</summary>
    static async Task<string?> PlanAsync(Scenario scenario, GatedProject project, TestDatabase database)
    {
        await using var run = Start(project, database, ("requested-by", "ana"));
        if (scenario.Rehearsal != Rehearsal.None)
        {
            run.Context.Update(state => state with { Rehearsal = Rehearsed(scenario) });
        }

        PlanDraft draft;
        try
        {
            draft = await Planner.DraftAsync(run.Context, default);
        }
        catch (GateException)
        {
            return null;
        }

        if (draft.Problems.Any(problem => problem.IsBlocking))
        {
            return null;
        }

        var plan =
            scenario.IsExpired
                ? draft.Plan with { CreatedAt = draft.Plan.CreatedAt.AddHours(-2), ExpiresAt = draft.Plan.CreatedAt.AddSeconds(-5) }
                : draft.Plan;
        var file = PlanFile.Write(plan, null);
        await PlanGate.PlansOf(run.Context).SaveAsync(file, "", draft.Catalog, run.Context.State.Rehearsal?.Report.Effect, default);
        await EvidenceWriter.LogOf(run.Context).AppendAsync(
            new EvidenceRecord
            {
                At = DateTimeOffset.UtcNow, Kind = "plan", Outcome = "passed", Environment = "production", Actor = "ana",
                Tool = "DbGate 1.0.0", Summary = "a plan",
            },
            default);
        return file.Digest;
    }

    /// <summary>What a rehearsal of the scenario's migration measures; a real one takes seconds.</summary>
    static RehearsalProof Rehearsed(Scenario scenario)
    {
        IReadOnlyList<PlanLoss> losses = !scenario.Loses ? [] :
        [
            new PlanLoss($"ColumnDropped:{Scenario.Lossy}={Scenario.Values}", "column mail is dropped")
            {
                Table = "public.people",
                Number = Scenario.Values,
                Recount = new PlanLossCount("SELECT count(mail) FROM ONLY public.people", Scenario.Values),
            },
        ];
        IReadOnlyList<string> uncompared = scenario.Rehearsal == Rehearsal.Incomplete ? ["public.notes"] : [];
        var migration = new RehearsedMigration("2_next", 1, [], [])
        {
            Writes = [],
            Dropped = scenario.Loses ? [Scenario.Lossy] : null,
        };
        var (catalog, mail, more) = (new CatalogSnapshot([]), Column("mail", "text"), Column("more", "integer"));
        var effect = scenario.Loses ? new CatalogDelta(catalog, mail) : new CatalogDelta(more, catalog);
        var plan = new PlanRehearsal("a double", 1, 1, [migration], [], losses, [], uncompared, new string('0', 64))
        {
            EffectSha256 = RehearsedEffect.Digest(effect),
        };
        var report = new RehearsalReport([], new DataLossReceipt([], [], [], uncompared), [], catalog, catalog) { Effect = effect };
        return new RehearsalProof(plan, [], report, []);

        static CatalogSnapshot Column(string name, string type) =>
            new([new CatalogObject("column", $"public.people.{name}", "public.people", [new("type", type)])]);
    }

    sealed class TemporaryFile(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }

    static string Policy(GatedProject project) => project.Root + ".policy.json";

    static GatedProject Files(Scenario scenario)
    {
        var project = new GatedProject();
        File.WriteAllText(
            Policy(project),
            $$"""{ "approvals": { "production": { "required": {{scenario.Required}}, "dataLoss": {{scenario.DataLoss}} } } }""");
        project
            .With("prisma/migrations/1_init/migration.sql", Init)
            .With(
                "prisma/migrations/2_next/migration.sql",
                (scenario.Loses ? "ALTER TABLE people DROP COLUMN mail;\n" : "ALTER TABLE people ADD COLUMN more int;\n")
                    + (scenario.Interference == Interference.Trap ? Trap : ""))
            .With(".git/HEAD", new string('a', 40) + "\n");
        return scenario.Folder switch
        {
            FolderFault.Unrecognized => project.With("prisma/migrations/V3__flat.sql", "SELECT 1;"),
            FolderFault.NoFile => project.With("prisma/migrations/3_empty/readme", "nothing"),
            FolderFault.Missing => Without(project, "prisma/migrations/1_init"),
            _ => project,
        };
    }

    static GatedProject Without(GatedProject project, string folder)
    {
        Directory.Delete(project.Of(folder), recursive: true);
        return project;
    }

    static Task InterfereAsync(Scenario scenario, GatedProject project, TestDatabase database)
    {
        switch (scenario.Interference)
        {
            case Interference.Schema:
                return database.ExecuteAsync("CREATE INDEX by_hand ON people (mail)");
            case Interference.Trigger:
                return database.ExecuteAsync(
                    Function + "CREATE TRIGGER by_hand BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION by_hand()");
            case Interference.EventTrigger:
                return database.ExecuteAsync(
                    "CREATE FUNCTION by_hand() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
                        + "CREATE EVENT TRIGGER by_hand ON ddl_command_end EXECUTE FUNCTION by_hand()");
            case Interference.LedgerTrigger when scenario.Ledger != LedgerFault.OfAnotherTool:
                return database.ExecuteAsync(
                    Function + "CREATE TRIGGER by_hand BEFORE INSERT ON _prisma_migrations FOR EACH ROW EXECUTE FUNCTION by_hand()");
            case Interference.Trap:
                return database.ExecuteAsync("INSERT INTO notes VALUES (666)");
            case Interference.MoreLoss:
                return database.ExecuteAsync("INSERT INTO people SELECT 1000, 'late'");
            case Interference.LessLoss:
                return database.ExecuteAsync("UPDATE people SET mail = NULL WHERE id = 1");
            case Interference.Commit:
                project.With(".git/HEAD", new string('b', 40) + "\n");
                return Task.CompletedTask;
            case Interference.File:
                project.With("prisma/migrations/2_next/migration.sql", "ALTER TABLE people ADD COLUMN other int;\n");
                return Task.CompletedTask;
            case Interference.AnotherFile:
                project.With("prisma/migrations/3_more/migration.sql", "SELECT 1;\n");
                return Task.CompletedTask;
            case Interference.Ledger when scenario.Ledger != LedgerFault.OfAnotherTool: // else it has no such table
                return database.ExecuteAsync("INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('z', 'y', '2_next')");
            default:
                return Task.CompletedTask;
        }
    }

    static GateRunner Start(GatedProject project, TestDatabase database, params (string Option, string Value)[] options) =>
        Start(project, database, null, options);

    static GateRunner Start(GatedProject project, TestDatabase database, Account? account, params (string Option, string Value)[] options)
    {
        var given = new Dictionary<string, string> { ["environment"] = "production", ["engine"] = "direct", ["project"] = project.Root };
        foreach (var (option, value) in options)
        {
            given[option] = value;
        }

        // The rules of approvals come from a place that the commit does not control.
        var settings = project.Read(
            new Dictionary<string, string> { ["DATABASE_URL"] = database.UrlText, ["DBGATE_POLICY_FILE"] = Policy(project) }, given);
        var context = new GateContext(settings, GateServices.Real with { Evidence = new RecentBackup(), Account = account });
        context.Update(state => state with { Safety = new SafetyProof(DateTimeOffset.UtcNow) });
        return new GateRunner(context);
    }

    const string Function =
        "CREATE FUNCTION by_hand() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.people; RETURN new; END'; ";

    /// <summary>Code that does nothing until a row is there that no rehearsal has seen.</summary>
    const string Trap = "DO $$ BEGIN IF EXISTS (SELECT FROM notes WHERE id = 666) THEN DELETE FROM people WHERE id > 2; END IF; END $$;\n";

    const string Init = "CREATE TABLE people (id int PRIMARY KEY, mail text);\nCREATE TABLE notes (id int);\n";

    static async Task<TestDatabase> MakeTemplateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        using var project = new GatedProject().With("prisma/migrations/1_init/migration.sql", Init);
        await using (var run = new GateRunner(new GateContext(project.Read(
            new Dictionary<string, string> { ["DATABASE_URL"] = database.UrlText },
            new Dictionary<string, string> { ["environment"] = "development", ["engine"] = "direct", ["project"] = project.Root }))))
        {
            run.Context.Update(state => state with { Guard = new GuardProof(1), Safety = new SafetyProof(DateTimeOffset.UtcNow) });
            (await run.ExecuteAsync(new MigrateDeployStep(), default)).Expect(null);
        }

        await database.ExecuteAsync(
            string.Create(CultureInfo.InvariantCulture, $"INSERT INTO people SELECT g, 'm' FROM generate_series(1, {Scenario.Values}) g"));
        return database;
    }

    /// <summary>A verified backup of a minute ago, of whatever database is asked for; none when there is nothing to deploy to.</summary>
    sealed class RecentBackup : IBackupEvidence
    {
        public Task<BackupProof?> NewestVerifiedAsync(GateContext context, TargetIdentity target, CancellationToken cancellationToken) =>
            Task.FromResult(context.State.Guard is null
                ? null // a plan without a backup of its own: the deploy demands one
                : new BackupProof(target, "/backups/x.sql.gz", new string('a', 64), DateTimeOffset.UtcNow.AddMinutes(-1), "L1"));

        public Task<RestoreTestRecord?> NewestRestoreTestAsync(GateContext context, CancellationToken cancellationToken) =>
            Task.FromResult<RestoreTestRecord?>(null);
    }
}
