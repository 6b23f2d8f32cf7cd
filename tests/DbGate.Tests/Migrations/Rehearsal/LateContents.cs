using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;

namespace DbGate.Tests.Migrations.Rehearsal;

/// <summary>
/// Code that runs may write anywhere. Which tables it wrote to is measured, and what they held before is read out of the backup then.
/// </summary>
[Parallelizable(ParallelScope.All)]
sealed class LateContents : RehearsalFixture
{
    [Test]
    public async Task Are_read_for_exactly_the_tables_that_no_text_names()
    {
        var (report, asked) =
            await RehearseAsync("DO $$ BEGIN EXECUTE 'UPDATE no' || 'tes SET body = ''x'' WHERE body = ''one'''; END $$;");

        Assert.That(asked, Is.EqualTo(new[] { "public.notes" }));
        Assert.That(report.Losses.Losses.Single().InWords, Does.Contain("public.notes.body"));
        Assert.That(
            report.Losses.Unchanged.Select(table => (table.Name, table.Proof)), Does.Contain(("public.users", UnchangedProof.NotWritten)));
        Assert.That(report.Losses.Uncompared, Is.Empty);
    }

    [Test]
    public async Task Are_not_read_when_nothing_was_written()
    {
        var (report, asked) =
            await RehearseAsync("DO $$ BEGIN PERFORM count(*) FROM notes; LOCK TABLE users IN ACCESS EXCLUSIVE MODE; END $$;");

        Assert.That(asked, Is.Empty);
        Assert.That(report.Losses.Unchanged, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Follow_a_table_that_was_renamed_first()
    {
        var (report, asked) =
            await RehearseAsync(
                "ALTER TABLE posts RENAME TO articles; DO $$ BEGIN EXECUTE 'DELETE FROM arti' || 'cles WHERE id > 40'; END $$;");

        Assert.That(asked, Is.EqualTo(new[] { "public.posts" }));
        Assert.That(report.Losses.Losses.Single().InWords, Is.EqualTo("10 rows of public.posts are deleted"));
    }

    /// <summary>Then its locks are gone before they could be read, so every table is hashed first.</summary>
    [TestCase("DO $$ BEGIN EXECUTE 'DELETE FROM no' || 'tes'; COMMIT; END $$;", "SELECT 1", TestName = "Code_that_commits_by_itself")]
    [TestCase("UPDATE users SET score = score WHERE id = 1;", """
        CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM notes; RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late();
        """, TestName = "A_trigger_that_runs_at_the_commit")]
    public async Task Are_not_relied_on(string sql, string setup)
    {
        await using var database = await NewDatabaseAsync();
        await database.ExecuteAsync(setup);
        var report =
            await RehearseAsync(
                database, new RehearsalOptions { Before = (_, _) => throw new InvalidOperationException("It must not be asked.") },
                Migration(sql));

        Assert.That(report.Losses.Losses.Select(loss => loss.InWords), Is.EqualTo(new[] { "2 rows of public.notes are deleted" }));
    }

    static async Task<(RehearsalReport Report, IReadOnlyList<string> Asked)> RehearseAsync(string sql)
    {
        await using var database = await NewDatabaseAsync();
        await using var backup = await NewDatabaseAsync();
        await using var session = await Session.OpenAsync(backup.Url, null, CancellationToken.None);
        var asked = new List<string>();
        var report = await RehearseAsync(
            database,
            new RehearsalOptions
            {
                Before = (tables, cancellationToken) =>
                {
                    asked.AddRange(tables);
                    return TableContentReader.ReadAsync(session, new Dictionary<uint, IReadOnlyList<int>>(), _ => true, cancellationToken);
                },
            },
            Migration(sql));
        return (report, asked);
    }
}
