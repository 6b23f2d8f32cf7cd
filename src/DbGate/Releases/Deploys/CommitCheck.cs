using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases.Plans;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Releases.Deploys;

/// <summary>
/// Compares each transaction of the direct engine with the rehearsal before it commits: a migration that deletes, changes or drops more
/// than it did there is rolled back.
/// </summary>
/// <param name="rehearsal">What each migration did to the restored backup.</param>
/// <param name="ledger">Qualified name of the ledger's table; the engine itself writes to it.</param>
/// <param name="fix">What leads on from a refusal.</param>
sealed class CommitCheck(PlanRehearsal rehearsal, string ledger, Fix fix) : ICommitCheck
{
    // What is deferred to the commit runs now, so that it is compared, too. Whatever the file has set, names below are PostgreSQL's own.
    static readonly string[] Before =
        ["set constraints all immediate", "set local statement_timeout = 0", "set local search_path = pg_catalog, pg_temp"];

    // Code that such triggers run can act in any statement, also of the engine.
    const string RunsCode = """
        select exists (select from pg_catalog.pg_event_trigger t join pg_catalog.pg_proc p on p.oid = t.evtfoid
            join pg_catalog.pg_namespace n on n.oid = p.pronamespace where t.evtenabled <> 'D' and n.nspname <> 'dbgate')
        """;

    const string LargeObjectsDeleted = "select pg_catalog.pg_stat_get_xact_tuples_deleted(2995)"; // pg_largeobject_metadata

    readonly Dictionary<string, RehearsedMigration> migrations =
        rehearsal.Migrations.DistinctBy(one => one.Name).ToDictionary(one => one.Name, StringComparer.Ordinal);

    readonly List<RehearsedMigration> counted = [];
    readonly bool losesLargeObjects = rehearsal.Losses.Any(loss => loss.Name.StartsWith("LargeObject", StringComparison.Ordinal));
    Dictionary<uint, RelationFacts>? relations;
    uint ledgerTable;
    IReadOnlyList<HeldRelation> held = [];
    bool runsCode;
    bool passedOver;

    /// <summary>How many migrations were compared.</summary>
    public int Compared { get; private set; }

    /// <summary>True when the rehearsal measured, for each of these files, what can be compared.</summary>
    public bool Knows(string migration) => migrations.TryGetValue(migration, out var one) && one.Writes is not null;

    public bool Concerns(SqlScript script)
    {
        var concerns = runsCode || !PlainStatements.AreAll(script);
        passedOver |= !concerns;
        return concerns;
    }

    public async Task StartAsync(Session session, CancellationToken cancellationToken)
    {
        runsCode = await session.ScalarAsync<bool>(RunsCode, cancellationToken);
        ledgerTable = await session.ScalarAsync<uint>(
            "select coalesce(pg_catalog.to_regclass($1)::pg_catalog.oid, 0)", cancellationToken, ledger);
        relations ??= new(await RelationReader.ReadAllAsync(session, cancellationToken));
    }

    public async Task BeginAsync(Session session, CancellationToken cancellationToken)
    {
        if (passedOver && relations is not null)
        {
            // A file that was not looked at can have renamed what was there.
            var now = await RelationReader.ReadAllAsync(session, cancellationToken);
            relations = now.Where(one => relations.ContainsKey(one.Key)).ToDictionary();
            passedOver = false;
        }

        // Without this, the counters hold what earlier files did: then their limits count together.
        if (await RelationReader.ReportAsync(session, cancellationToken))
        {
            counted.Clear();
        }
    }

    public async Task CompareAsync(Session session, Migration migration, CancellationToken cancellationToken)
    {
        if (!migrations.TryGetValue(migration.Name, out var rehearsed) || rehearsed.Writes is null || relations is not { } known)
        {
            return;
        }

        await session.ExecuteScriptAsync(Before, cancellationToken);
        held = await RelationReader.ReadOwnAsync(session, cancellationToken);
        counted.Add(rehearsed);
        List<string> exceeded =
        [
            .. RehearsedLimits.Exceeded(
                [.. counted.Distinct()],
                [.. held.Where(one => IsCompared(one.Oid, known)).Select(one => Changed(known[one.Oid], one))],
                await migration.SplitAsync(cancellationToken)),
        ];
        if (!losesLargeObjects && await session.ScalarAsync<long>(LargeObjectsDeleted, cancellationToken) is > 0 and var objects)
        {
            exceeded.Add($"it deletes {objects} large {(objects == 1 ? "object" : "objects")}, and none at the rehearsal");
        }

        if (exceeded.Count > 0)
        {
            throw new GateException(EvidenceProblems.MoreThanRehearsed(migration.Name, exceeded, fix));
        }

        Compared++;
    }

    public void Committed()
    {
        foreach (var one in held)
        {
            // A table that this deploy has created holds only what it has put there.
            if (relations!.ContainsKey(one.Oid))
            {
                _ = one.Facts is null ? relations.Remove(one.Oid) : (relations[one.Oid] = one.Facts) is not null;
            }
        }

        held = [];
    }

    // The engine writes to its ledger, and the protection to its own tables.
    bool IsCompared(uint table, Dictionary<uint, RelationFacts> known) =>
        table != ledgerTable && known.TryGetValue(table, out var facts) && !facts.Name.StartsWith("dbgate.", StringComparison.Ordinal);

    static ChangedTable Changed(RelationFacts before, HeldRelation now)
    {
        var counters = now.Counters ?? RelationCounters.None;
        return new ChangedTable(
            before.Name,
            now.Facts is null,
            now.Facts is { } facts && facts.File != before.File,
            now.Facts is null ? [] :
            [
                .. before.Columns.Index()
                    .Where(column => column.Item is not null && now.Facts.Columns.ElementAtOrDefault(column.Index) is null)
                    .Select(column => $"{before.Name}.{QualifiedName.Quote(column.Item!)}"),
            ],
            counters.Inserted,
            counters.Updated,
            counters.Deleted);
    }
}
