using DbGate.Migrations.Tools;
using System.Globalization;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Execution;
using DbGate.Migrations.Failures;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Rehearsal.Observed;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Tests.Migrations.Execution;

/// <summary>What became of a case: the outcome, the server's message, and the whole database with its ledger afterwards.</summary>
sealed record CorpusOutcome(string Words, string? Message, string Database);

/// <summary>A case between a migration that is applied and one that follows, as a project on disk.</summary>
sealed class CorpusRun : IDisposable
{
    public const string Applied = "applied";

    const string Name = "20260201000000_case";
    const string After = "20260301000000_after";
    const string AfterSql = "CREATE TABLE after_file (id int);";

    readonly CorpusCase corpusCase;
    readonly GatedProject project = new();
    readonly Migration[] pending;

    public CorpusRun(CorpusCase corpusCase)
    {
        this.corpusCase = corpusCase;
        Write(CorpusServer.Base, CorpusServer.BaseSql);
        project.With($"prisma/migrations/{Name}/migration.sql", corpusCase.Bytes);
        Write(After, AfterSql);
        pending = [.. PrismaFolder.Read(Path.Combine(project.Root, "prisma/migrations")).Migrations.Skip(1)];
    }

    /// <summary>The code that refuses the case before anything runs; null for none.</summary>
    public string? Refused(bool isRaw)
    {
        try
        {
            FileRules.Demand(pending[0].Split(), isRaw);
            return null;
        }
        catch (GateException exception)
        {
            return exception.Problem.Code.Id;
        }
    }

    public async Task<CorpusOutcome> RehearseAsync(bool isRaw, TransactionRule? rule = null)
    {
        if (Refused(isRaw) is { } code)
        {
            return new(code, null, "");
        }

        await using var database = await CorpusServer.NewDatabaseAsync();
        RehearsalReport report;
        await using (var session =
            await Session.OpenAsync(CorpusServer.Url(database, corpusCase.AsSuperuser), Patient, CancellationToken.None))
        await using (var observer = await Session.OpenAsync(database.Url, Patient, CancellationToken.None))
        {
            await session.ExecuteAsync("select set_config('search_path', 'public', false)", CancellationToken.None);
            var files = pending.ToDictionary(file => file.Name, PendingFile.Of);
            Rehearsed = report = await new Rehearser(session, observer, Options, TimeProvider.System).RunAsync(
                [.. files.Values.Select(file =>
                    new PendingMigration(file.Migration.Name, file.Script, rule ?? ScriptExecution.RuleFor(file.Script)))],
                migration => isRaw
                    ? FileFrame.Plain(new LedgerWriter(session, null), files[migration.Name])
                    : FileFrame.Direct(new LedgerWriter(session, "public"), files[migration.Name], "public"),
                CancellationToken.None);
        }

        var words = report.Failure switch
        {
            null => Applied,
            { IsOfLedger: true } => "DBG0288",
            var failure => Words(
                report.Migrations[^1].Name, failure.SqlState,
                Math.Min(report.Migrations[^1].Statements.Count + 1, Statements(report.Migrations[^1].Name))),
        };
        return new(words, report.Failure?.Message, await ReadAsync(database));
    }

    public async Task<CorpusOutcome> DeployAsync()
    {
        var engine = new DirectEngine(TimeProvider.System);
        try
        {
            await engine.PrepareAsync(pending, CancellationToken.None);
        }
        catch (GateException exception)
        {
            return new(exception.Problem.Code.Id, null, "");
        }

        await using var database = await CorpusServer.NewDatabaseAsync();
        var url = CorpusServer.Url(database, corpusCase.AsSuperuser);
        var outcome =
            await engine.DeployAsync(new DeployRequest(project.Root, url, pending, null, TimeSpan.FromMinutes(2)), CancellationToken.None);
        var failed = pending.FirstOrDefault(file => outcome.Failure?.StartsWith(file.Name, StringComparison.Ordinal) == true);
        var words = outcome switch
        {
            { Failure: null } => Applied,
            { Fault: { } fault }
                when failed is not null => Words(failed.Name, fault.SqlState, FailurePlaces.From(failed.Split(), fault)!.Statement),
            _ => outcome.Failure,
        };
        return new(words, outcome.Fault?.MessageText, await ReadAsync(database));
    }

    /// <summary>The real Prisma. It has no place, so its words are only whether it applied both.</summary>
    public async Task<CorpusOutcome> DeployWithPrismaAsync()
    {
        await Prisma.WriteProjectAsync(project.Root);
        await using var database = await CorpusServer.NewDatabaseAsync();
        var run = await Prisma.RunAsync(project.Root, CorpusServer.Url(database, corpusCase.AsSuperuser).Reveal(), "migrate", "deploy");
        var logs = await database.ScalarAsync<string>("SELECT string_agg(logs, E'\\n') FROM _prisma_migrations WHERE finished_at IS NULL");
        return new(run.ExitCode == 0 ? Applied : "failed", $"{logs}\n{run.Everything}", await ReadAsync(database));
    }

    /// <summary>The real Prisma, observed: what it leaves, and where the report states that it failed.</summary>
    public async Task<CorpusOutcome> ObserveAsync()
    {
        await Prisma.WriteProjectAsync(project.Root);
        await using var database = await CorpusServer.NewDatabaseAsync();
        var url = CorpusServer.Url(database, corpusCase.AsSuperuser);
        ObservedReport observed;
        await using (var session = await Session.OpenAsync(url, Patient, CancellationToken.None))
        await using (var observer = await Session.OpenAsync(database.Url, Patient, CancellationToken.None))
        {
            var rehearser = new ObservedRehearser(
                session, observer, token => Session.OpenAsync(database.Url, Patient, token), Options, TimeProvider.System)
            {
                Network = () => Task.FromResult<(NetworkNamespace?, string?)>((null, "a test")),
            };
            observed = await rehearser.RunAsync(
                new ObservedCommand(
                    [.. pending.Select(file => new ExpectedMigration(file.Name, file.Name, file.ShownAs, ScriptOf(file)))],
                    ["public._prisma_migrations"], NamesBefore: true, _ => { },
                    async (target, _) =>
                    {
                        var run = await Prisma.RunAsync(project.Root, target.Reveal(), "migrate", "deploy");
                        return run.ExitCode == 0 ? null : run.Everything;
                    }),
                url, CancellationToken.None);
        }

        Observed = observed.Report;
        var words = observed.Failure is null ? Applied : "failed";
        return new(words, $"{observed.Report.Failure?.SqlState} {observed.Report.Failure?.Message}", await ReadAsync(database));
    }

    public void Dispose() => project.Dispose();

    /// <summary>What the last rehearsal by statements measured; null before it, and where the case was refused.</summary>
    public RehearsalReport? Rehearsed { get; private set; }

    /// <summary>What the last rehearsal under observation measured.</summary>
    public RehearsalReport? Observed { get; private set; }

    static RehearsalOptions Options => new()
    {
        Scope = CatalogScope.Everything with { Ledgers = ["public._prisma_migrations"] },
    };

    static SqlScript? ScriptOf(Migration file)
    {
        try
        {
            return file.Split();
        }
        catch (GateException)
        {
            return null;
        }
    }

    static SessionOptions Patient => SessionOptions.Default with { CommandTimeout = TimeSpan.FromMinutes(2) };

    static string Words(string migration, string state, int statement) =>
        string.Create(CultureInfo.InvariantCulture, $"{(migration == After ? "after: " : "")}{state} at {statement}");

    int Statements(string migration) => pending.First(file => file.Name == migration).Split().Statements.Count;

    void Write(string name, string sql) => project.With($"prisma/migrations/{name}/migration.sql", sql);

    static async Task<string> ReadAsync(TestDatabase database)
    {
        var ledger = await database.ScalarAsync<string>(
            """
            SELECT string_agg(format('%s %s %s %s', migration_name, finished_at IS NOT NULL, rolled_back_at IS NOT NULL, applied_steps_count), E'\n' ORDER BY migration_name)
            FROM public._prisma_migrations
            """);
        await database.ExecuteAsync("DROP TABLE public._prisma_migrations");
        return $"{ledger}\n{await database.DigestAsync()}";
    }
}
