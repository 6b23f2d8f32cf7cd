using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Releases;

/// <summary>
/// A migration that does more to existing rows at the deploy than at its rehearsal, because its code decides by what it finds: the direct
/// engine rolls it back before the commit.
/// </summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class DeploysUnlikeRehearsals
{
    const string Policy = """{ "staging": { "required": 0, "dataLoss": 0 }, "production": { "required": 0, "dataLoss": 0 } }""";
    const string Flag = "CREATE TABLE flag (id int); CREATE TABLE notes (id int, body text); INSERT INTO notes SELECT g, 'b' FROM "
        + "generate_series(1, 9) g; CREATE TABLE \"user\" (id int, body text)";

    const string Trap = "INSERT INTO flag VALUES (1)";
    const string When = "IF EXISTS (SELECT FROM flag) THEN";

    [TestCase($"DO $$ BEGIN {When} DELETE FROM notes; END IF; END $$;", "it deletes 9 rows of public.notes, and 0 at the rehearsal")]
    [TestCase($"DO $$ BEGIN {When} UPDATE notes SET body = ''; END IF; END $$;", "it changes 9 rows of public.notes")]
    [TestCase($"DO $$ BEGIN {When} TRUNCATE notes; END IF; END $$;", "it empties or rewrites public.notes")]
    [TestCase($"DO $$ BEGIN {When} DROP TABLE notes; END IF; END $$;", "it drops public.notes")]
    [TestCase($"DO $$ BEGIN {When} ALTER TABLE notes DROP body; END IF; END $$;", "it drops the column public.notes.body")]
    [TestCase($"DO $$ BEGIN {When} EXECUTE convert_from(decode('64656c6574652066726f6d206e6f746573', 'hex'), 'utf8'); END IF; END $$;",
        "it deletes 9 rows")]
    [TestCase(
        $"DO $$ BEGIN DELETE FROM notes WHERE id = 1; {When} DELETE FROM notes; END IF; END $$;",
        "it deletes 9 rows of public.notes, and 1 at the rehearsal")]
    [TestCase(
        $"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN {When} DELETE FROM notes; END IF; RETURN 1; END $$; "
            + "CREATE TABLE made AS SELECT f() AS id;",
        "it deletes 9 rows")]
    [TestCase(
        $"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN {When} DELETE FROM notes; END IF; RETURN 1; END $$; "
            + "ALTER TABLE \"User\" ADD COLUMN more int DEFAULT f();",
        "it deletes 9 rows")]
    [TestCase(
        $"CREATE FUNCTION f(int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN {When} DELETE FROM notes; END IF; RETURN true; END $$; "
            + "ALTER TABLE \"User\" ADD CONSTRAINT c CHECK (f(id));",
        "it deletes 9 rows")]
    [TestCase(
        $"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {When} DELETE FROM notes; END IF; RETURN new; END $$; "
            + "CREATE TRIGGER t BEFORE INSERT ON \"User\" FOR EACH ROW EXECUTE FUNCTION f(); INSERT INTO \"User\" VALUES (77);",
        "it deletes 9 rows")]
    [TestCase(
        $"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {When} DELETE FROM notes; END IF; RETURN null; END $$; "
            + "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON \"User\" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f(); "
            + "INSERT INTO \"User\" VALUES (77);",
        "it deletes 9 rows")]
    [TestCase(
        $"CREATE SCHEMA evil; CREATE FUNCTION evil.same(oid, oid) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false'; "
            + "CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.same); "
            + $"DO $$ BEGIN {When} DELETE FROM public.notes; END IF; END $$; SET search_path = evil, public, pg_catalog;",
        "it deletes 9 rows")]
    [TestCase($"DO $$ BEGIN {When} PERFORM lo_unlink(oid) FROM pg_largeobject_metadata; END IF; END $$;", "it deletes 1 large object")]
    public async Task Are_rolled_back_when_they_do_more(string sql, string words)
    {
        await using var project = await PlannedProject.CreateAsync(Policy, sql, $"{Flag}; SELECT lo_from_bytea(0, 'x')");
        var plan = await project.PlanAsync(rehearsed: true);
        await project.Database.ExecuteAsync(Trap);
        var before = await project.Database.DigestAsync();

        var deploy = await project.ReleaseAsync(plan);

        deploy.Expect("DBG0513", ExitCode.Stale);
        Assert.That(deploy.Result.AllProblems.First(problem => problem.IsBlocking).Cause, Does.Contain(words));
        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
    }

    /// <summary>The same code, where it finds what it found at the rehearsal.</summary>
    [TestCase($"DO $$ BEGIN {When} DELETE FROM notes; END IF; END $$;", null)]
    [TestCase("DO $$ BEGIN UPDATE notes SET body = upper(body); END $$;", "INSERT INTO flag VALUES (1)")]
    [TestCase(
        "DO $$ BEGIN CREATE TEMP TABLE kept AS SELECT * FROM notes; DELETE FROM notes; INSERT INTO notes SELECT * FROM kept; END $$;",
        Trap)]
    [TestCase("UPDATE notes SET body = 'x' WHERE body IS NULL;", "INSERT INTO notes VALUES (10, NULL)")]
    [TestCase("ALTER TABLE notes RENAME TO moved; DO $$ BEGIN UPDATE moved SET body = 'c'; END $$;", null)]
    [TestCase("ALTER TABLE notes RENAME body TO words; ALTER TABLE notes DROP words; SELECT 1;", null)]
    [TestCase("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO flag VALUES (2)'; SELECT f();", Trap)]
    [TestCase("UPDATE \"user\" SET body = 'x' WHERE body IS NULL;", "INSERT INTO \"user\" VALUES (10, NULL)")]
    public async Task Are_none_when_they_do_the_same(string sql, string? late)
    {
        await using var project = await PlannedProject.CreateAsync(Policy, sql, $"{Flag}; SELECT lo_from_bytea(0, 'x')");
        var plan = await project.PlanAsync(rehearsed: true);
        await project.Database.ExecuteAsync(late ?? "SELECT 1");

        (await project.ReleaseAsync(plan)).Expect(null);
    }

    /// <summary>Files that are not one transaction: what came before stays, and the ledger shows where it stopped.</summary>
    [TestCase($"CREATE INDEX CONCURRENTLY i ON notes (id); DO $$ BEGIN {When} DELETE FROM notes; END IF; END $$;")]
    [TestCase($"CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN {When} DELETE FROM notes; END IF; END $$; CALL p();")]
    [TestCase($"BEGIN; DO $$ BEGIN {When} DELETE FROM notes; END IF; END $$; COMMIT;")]
    [TestCase($"BEGIN; CREATE TABLE made (id int); COMMIT; BEGIN; DO $$ BEGIN {When} TRUNCATE notes; END IF; END $$; COMMIT;")]
    public async Task Are_rolled_back_within_a_file_that_commits_in_parts(string sql)
    {
        await using var project = await PlannedProject.CreateAsync(Policy, sql, Flag);
        var plan = await project.PlanAsync(rehearsed: true);
        await project.Database.ExecuteAsync(Trap);

        var deploy = await project.ReleaseAsync(plan);

        deploy.Expect("DBG0502", ExitCode.MigrationFailed);
        Assert.That(deploy.Result.AllProblems.First(problem => problem.IsBlocking).Cause, Does.Contain("at the rehearsal"));
        Assert.That(await project.Database.ScalarAsync<long>("SELECT count(*) FROM notes"), Is.EqualTo(9));
    }

    /// <summary>Of two migrations the second one is rolled back, and the first one stays: the database has changed.</summary>
    [Test]
    public async Task Are_reported_as_a_failure_when_an_earlier_migration_is_applied()
    {
        await using var project = await PlannedProject.CreateAsync(Policy, PlannedProject.Sql, Flag);
        project.With("20260203000000_trap", $"DO $$ BEGIN {When} DELETE FROM notes; END IF; END $$;");
        var plan = await project.PlanAsync(rehearsed: true);
        await project.Database.ExecuteAsync(Trap);

        var deploy = await project.ReleaseAsync(plan);

        deploy.Expect("DBG0502", ExitCode.MigrationFailed);
        var problem = deploy.Result.AllProblems.First(one => one.IsBlocking);
        Assert.That(problem.Cause, Does.Contain("it deletes 9 rows of public.notes"));
        Assert.That(problem.State, Does.StartWith("1 applied in this deploy, 1 left"));
        Assert.That(await project.Database.ScalarAsync<long>("SELECT count(*) FROM notes"), Is.EqualTo(9));
        Assert.That(
            await project.Database.ScalarAsync<string>(
                "SELECT string_agg(migration_name, ',') FROM _prisma_migrations WHERE finished_at IS NULL"),
            Is.Null);

        await project.Database.ExecuteAsync("TRUNCATE flag");
        (await project.ReleaseAsync(await project.PlanAsync(rehearsed: true))).Expect(null);
    }
}
