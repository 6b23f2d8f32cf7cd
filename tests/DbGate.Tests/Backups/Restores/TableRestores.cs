using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Postgres;

namespace DbGate.Tests.Backups.Restores;

/// <summary>Restores of single tables.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class TableRestores
{
    [Test]
    public async Task Bring_their_rows_and_indexes_only()
    {
        await using var trial = await RestoreTrial.StartAsync();

        var outcome = await Restores.RestoreAsync(trial, request => request with { Tables = ["order"] });

        await using var beside = new Dropped(trial.Backups.Source.Url.WithDatabase(outcome.Database));
        Assert.That(outcome.Database, Does.StartWith($"{trial.Backups.Source.Name}_restore_2"));
        Assert.That(await beside.ScalarAsync<long>("SELECT count(*) FROM \"order\""), Is.EqualTo(20000));
        Assert.That(
            await beside.ScalarAsync<string>(
                "SELECT string_agg(relname, ',' ORDER BY relname COLLATE \"C\") FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                    + "AND relkind IN ('r', 'i', 'v', 'm')"), Is.EqualTo("order,order_customer_id_idx,order_pkey"));
        Assert.That(await trial.Backups.Source.ScalarAsync<long>("SELECT count(*) FROM customer"), Is.EqualTo(500));
    }

    [TestCase("CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent); INSERT INTO child VALUES (1, 2)", "child")]
    [TestCase("CREATE TABLE other (a int); CREATE TABLE child (o other); INSERT INTO child VALUES (ROW(1))", "public.child")]
    [TestCase(
        "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE p (k e) PARTITION BY HASH (k); CREATE TABLE child PARTITION OF p FOR VALUES WITH "
            + "(MODULUS 1, REMAINDER 0); INSERT INTO p VALUES ('b')", "child")]
    [TestCase(
        "CREATE TABLE \"Größe; x\" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); INSERT INTO \"Größe; x\" DEFAULT VALUES; CREATE VIEW "
            + "v AS SELECT * FROM \"Größe; x\"", "Größe; x")]
    public async Task Bring_what_they_need(string sql, string table)
    {
        await using var trial = await RestoreTrial.StartAsync(sql);

        var outcome = await Restores.RestoreAsync(trial, request => request with { Tables = [table] });

        await using var beside = new Dropped(trial.Backups.Source.Url.WithDatabase(outcome.Database));
        Assert.That(await beside.ScalarAsync<long>($"SELECT count(*) FROM {Sql.Identifier(table.Split('.')[^1])}"), Is.EqualTo(1));
    }

    [TestCase("p")]
    [TestCase("public.p")]
    [TestCase("public.\"odd, name")]
    public async Task Of_a_partitioned_table_bring_the_rows_of_all_partitions(string table)
    {
        await using var trial = await RestoreTrial.StartAsync(
            """
            CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY, k int, PRIMARY KEY (id, k)) PARTITION BY RANGE (k);
            CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
            CREATE TABLE "\"odd, name" PARTITION OF p FOR VALUES FROM (10) TO (30) PARTITION BY RANGE (k);
            CREATE TABLE p2 PARTITION OF "\"odd, name" FOR VALUES FROM (10) TO (20); CREATE TABLE p3 (k int NOT NULL, id int NOT NULL);
            ALTER TABLE "\"odd, name" ATTACH PARTITION p3 FOR VALUES FROM (20) TO (30);
            CREATE INDEX by_k ON p (k); CREATE TABLE other (id int PRIMARY KEY);
            INSERT INTO p (k) SELECT g FROM generate_series(0, 29) g;
            """.Replace("\\\"", "\"\"", StringComparison.Ordinal));

        var outcome = await Restores.RestoreAsync(trial, request => request with { Tables = [table] });

        await using var beside = new Dropped(trial.Backups.Source.Url.WithDatabase(outcome.Database));
        var name = table.Split('.')[^1];
        Assert.That(await beside.ScalarAsync<long>($"SELECT count(*) FROM {Sql.Identifier(name)}"), Is.EqualTo(name == "p" ? 30 : 20));
        Assert.That(await beside.ScalarAsync<bool>("SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid > 16384"), Is.True);
        Assert.That(
            await beside.ScalarAsync<long>("SELECT count(*) FROM pg_index WHERE indrelid > 16384"), Is.EqualTo(name == "p" ? 10 : 6));
        Assert.That(await beside.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relname = 'other'"), Is.Zero);
    }

    [Test]
    public async Task Of_an_extensions_configuration_table_count_the_users_rows_only()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            CREATE TABLE settings (name text, mine bool); INSERT INTO settings VALUES ('a', false), ('b', false), ('c', true);
            CREATE EXTENSION hstore; ALTER EXTENSION hstore ADD TABLE settings;
            UPDATE pg_extension SET extconfig = ARRAY['settings'::regclass::oid], extcondition = ARRAY['WHERE mine'] WHERE extname = 'hstore'
            """);
        var table = new ManifestTable("public", "settings", 1, "", 0, 1) { Extension = "hstore" };

        await TableComparison.DemandAsync(database.Url, [table], CancellationToken.None);

        Assert.That(
            () => TableComparison.DemandAsync(database.Url, [table with { Rows = 3 }], CancellationToken.None), Failure.From("DBG0709"));
    }

    [Test]
    public async Task Of_a_table_that_is_not_there_are_refused()
    {
        await using var trial = await RestoreTrial.StartAsync("CREATE TABLE t (id int)");

        Assert.That(() => Restores.RestoreAsync(trial, request => request with { Tables = ["public.u"] }), Failure.From("DBG0326"));
    }
}
