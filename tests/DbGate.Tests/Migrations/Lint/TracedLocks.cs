using DbGate.Migrations;
using DbGate.Migrations.Lint;
using DbGate.Statements.Parsing;
using Npgsql;

namespace DbGate.Tests.Migrations.Lint;

/// <summary>Runs every statement of the cases on a server and compares its locks and rewrites with what the rules claim.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.Self)]
public sealed class TracedLocks
{
    TestDatabase database = null!;
    NpgsqlConnection connection = null!;

    static IEnumerable<TestCaseData> Cases => LintCase.All.Select(each => new TestCaseData(each).SetArgDisplayNames(each.ToString()));

    [OneTimeSetUp]
    public async Task Open()
    {
        database = await TestDatabase.CreateAsync();
        connection = await database.ConnectAsync();
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await connection.DisposeAsync();
        await database.DisposeAsync();
    }

    [TestCaseSource(nameof(Cases))]
    public async Task Are_what_the_rules_claim(object @case)
    {
        var lintCase = (LintCase)@case;
        await ResetAsync(lintCase);
        string? fault = null;
        var migration = lintCase.Read(TransactionRule.PerStatement);
        foreach (var statements in migration.Statements.GroupBy(statement => statement.Index))
        {
            try
            {
                await CompareAsync(
                    Sent(migration, statements.First()), [.. statements],
                    [.. Linter.Find(migration).Where(finding => finding.Statement.Index == statements.Key)]);
            }
            catch (PostgresException exception)
            {
                fault = exception.SqlState;
            }
        }

        Assert.That(fault, Is.EqualTo(lintCase.Fails));
    }

    /// <summary>What Prisma sends: a byte-order mark goes with the first statement.</summary>
    static string Sent(LintMigration migration, LintStatement statement) =>
        migration.Script.HasByteOrderMark && statement.Index == 0 ? $"\uFEFF{statement.Source.Text}" : statement.Source.Text;

    async Task CompareAsync(string sql, LintStatement[] statements, LintFinding[] findings)
    {
        if (RefusesTransactions(sql))
        {
            await RunAsync(sql);
            return;
        }

        var before = await FilesAsync();
        await RunAsync("BEGIN");
        try
        {
            await RunAsync(sql);
            var held = await LocksAsync();
            var after = await FilesAsync();
            await RunAsync("COMMIT");
            var old = before.Where(table => !IsNew(table.Value.Name)).ToArray();
            var locks = old.Where(table => held.ContainsKey(table.Key)).ToDictionary(table => table.Value.Name, table => held[table.Key]);
            var rewritten = old.Where(table => after.TryGetValue(table.Key, out var now) && now.File != table.Value.File);
            var claimed = statements.SelectMany(statement => statement.Locks)
                .GroupBy(claim => claim.Table.Name, claim => claim.Mode)
                .ToDictionary(claims => claims.Key, claims => claims.Max());

            Assert.Multiple(() =>
            {
                foreach (var (table, mode) in claimed)
                {
                    Assert.That(locks.GetValueOrDefault(table), Is.EqualTo(mode), $"lock on {table} by {sql}");
                }

                if (NamesAll(sql))
                {
                    var strong = locks.Where(each => each.Value >= TableLock.ShareUpdateExclusive).Select(each => each.Key);
                    Assert.That(strong.Except(claimed.Keys), Is.Empty, $"locks that nothing claims, by {sql}");
                }

                if (!findings.Any(MayRewrite))
                {
                    Assert.That(rewritten.Any(), Is.EqualTo(findings.Any(finding => finding.Rewrites == true)), $"rewrite by {sql}");
                }
            });
        }
        catch
        {
            await RunAsync("ROLLBACK");
            throw;
        }

        bool IsNew(string table) => statements[0].Before.IsNew(new QualifiedName(null, table));
    }

    // The text does not tell: an unknown function or, for a time zone, the session.
    static bool MayRewrite(LintFinding finding) =>
        finding.Rule.Name is "add-column-rewrite" or "shift-timestamp" && finding.Rewrites is null;

    static bool RefusesTransactions(string sql) =>
        sql.Contains("CONCURRENTLY", StringComparison.Ordinal)
            && !sql.StartsWith("REFRESH", StringComparison.Ordinal)
            || sql.StartsWith("VACUUM", StringComparison.Ordinal);

    // A cascade or a schema takes tables along that the text does not name.
    static bool NamesAll(string sql) =>
        !sql.Contains("CASCADE", StringComparison.Ordinal) && !sql.Contains("REINDEX INDEX", StringComparison.Ordinal)
        && !sql.Contains("EXECUTE format", StringComparison.Ordinal);

    async Task ResetAsync(LintCase lintCase)
    {
        await RunAsync("""
            ROLLBACK; RESET ALL; DISCARD TEMP; SET timezone = 'Asia/Tokyo';
            DO $$ DECLARE name text; BEGIN
              FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$' LOOP EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP;
            END $$;
            CREATE SCHEMA public;
            """);
        if (lintCase.Setup.Length > 0)
        {
            await RunAsync(lintCase.Setup);
        }
    }

    async Task<Dictionary<uint, TableLock>> LocksAsync() =>
        (await ReadAsync("SELECT relation, mode, '' FROM pg_locks WHERE pid = pg_backend_pid() AND granted AND relation IS NOT NULL"))
        .GroupBy(row => row.Oid, row => TableLocks.Parse(row.Name))
        .ToDictionary(modes => modes.Key, modes => modes.Max());

    async Task<Dictionary<uint, (string Name, string File)>> FilesAsync() =>
        (await ReadAsync("""
            SELECT oid, relname::text, coalesce(pg_relation_filenode(oid), 0)::text FROM pg_class
            WHERE relkind IN ('r', 'p', 'm', 'v') AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)
            """))
        .ToDictionary(row => row.Oid, row => (row.Name, row.File));

    async Task<List<(uint Oid, string Name, string File)>> ReadAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(uint, string, string)>();
        while (await reader.ReadAsync())
        {
            rows.Add((reader.GetFieldValue<uint>(0), reader.GetString(1), reader.GetString(2)));
        }

        return rows;
    }

    async Task RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
