using DbGate.Migrations.Rehearsal;

namespace DbGate.Tests.Migrations.Rehearsal;

[Parallelizable(ParallelScope.All)]
sealed class DataLossReceipts : RehearsalFixture
{
    [TestCase("DROP TABLE posts", "table public.posts is dropped with 50 rows and 150 values")]
    [TestCase("DROP TABLE empty", "")]
    [TestCase("ALTER TABLE users DROP COLUMN mail", "column public.users.mail is dropped with 50 values in 100 rows")]
    [TestCase("ALTER TABLE empty DROP COLUMN x", "")]
    [TestCase("TRUNCATE posts", "50 rows of public.posts are deleted")]
    [TestCase("DELETE FROM posts WHERE id > 40", "10 rows of public.posts are deleted")]
    [TestCase("DO $$ BEGIN EXECUTE 'DELETE FROM ' || 'posts'; END $$", "50 rows of public.posts are deleted")]
    [TestCase("DROP TYPE role CASCADE", "column public.users.role is dropped with 100 values in 100 rows|enum public.role is dropped")]
    [TestCase("ALTER TABLE users ALTER score TYPE numeric(10,1)", "50 of the values in public.users.score do not fit the new type")]
    [TestCase("ALTER TABLE users ALTER score TYPE integer", "75 of the values in public.users.score do not fit the new type")]
    [TestCase(
        "ALTER TABLE users ALTER mail TYPE varchar(14) USING mail::varchar(14)",
        "46 of the values in public.users.mail do not fit the new type")]
    [TestCase("ALTER TABLE users ALTER mail TYPE text, ALTER id TYPE bigint, ALTER score TYPE numeric(14,4)", "")]
    [TestCase("ALTER TABLE users ALTER extra TYPE jsonb USING extra::jsonb", "")]
    [TestCase(
        "CREATE TYPE r2 AS ENUM ('USER', 'ADMIN'); ALTER TABLE users ALTER role TYPE r2 USING role::text::r2; DROP TYPE role; ALTER TYPE "
            + "r2 RENAME TO role", "")]
    [TestCase("UPDATE users SET name = 'x' WHERE id <= 30", "30 values of public.users.name are overwritten")]
    [TestCase("UPDATE users SET mail = 'x' WHERE mail IS NULL", "")]
    [TestCase("UPDATE users SET name = lower(name)", "")]
    [TestCase(
        "UPDATE users SET name = upper(name) WHERE id <= 10; UPDATE users SET mail = 'x' WHERE id = 2",
        "1 value of public.users.mail is overwritten|10 values of public.users.name are overwritten")]
    [TestCase(
        "UPDATE users SET name = 'x' WHERE id <= 10; UPDATE users SET name = 'y' WHERE id <= 10",
        "10 values of public.users.name are overwritten")]
    [TestCase("DO $$ BEGIN UPDATE users SET name = 'x' WHERE id <= 7; END $$", "7 values of public.users.name are overwritten")]
    [TestCase(
        "WITH d AS (UPDATE users SET name = 'x' WHERE id <= 7 RETURNING id) INSERT INTO notes (body) SELECT id::text FROM d",
        "7 values of public.users.name are overwritten")]
    [TestCase(
        "INSERT INTO users (id, name) SELECT g, 'new' FROM generate_series(99, 105) g ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        "2 values of public.users.name are overwritten")]
    [TestCase(
        "UPDATE users SET name = 'x' WHERE id = 1; DELETE FROM posts; DELETE FROM users WHERE id > 90",
        "50 rows of public.posts are deleted|10 rows of public.users are deleted|1 value of public.users.name is overwritten")]
    [TestCase("CREATE TEMP TABLE copy AS SELECT * FROM posts; TRUNCATE posts; INSERT INTO posts SELECT * FROM copy", "")]
    [TestCase("UPDATE posts SET id = id + 1000 WHERE id <= 5", "5 values of public.posts.id are overwritten")]
    [TestCase("UPDATE notes SET body = 'x' WHERE body = 'one'", "up to 1 value of public.notes.body is overwritten")]
    [TestCase("ALTER TABLE users ADD full_name text; UPDATE users SET full_name = name", "")]
    [TestCase("INSERT INTO notes (body) VALUES ('three')", "")]
    [TestCase("ALTER TABLE users RENAME name TO title; ALTER TABLE users RENAME TO people; ALTER TABLE people ADD x int DEFAULT 5", "")]
    [TestCase(
        "ALTER TABLE users ADD n text; UPDATE users SET n = name; ALTER TABLE users DROP name; ALTER TABLE users RENAME n TO name", "")]
    [TestCase(
        "ALTER TABLE users DROP name; ALTER TABLE users ADD name text", "column public.users.name is dropped with 100 values in 100 rows")]
    [TestCase("CREATE TABLE n (LIKE notes); INSERT INTO n SELECT * FROM notes; DROP TABLE notes; ALTER TABLE n RENAME TO notes", "")]
    [TestCase(
        "UPDATE users a SET name = b.name FROM users b WHERE (a.id = 1 AND b.id = 2) OR (a.id = 2 AND b.id = 1)",
        "2 values of public.users.name are overwritten")]
    [TestCase("UPDATE notes a SET body = CASE body WHEN 'one' THEN 'two' ELSE 'one' END, at = at", "")]
    public async Task Count_what_is_lost(string sql, string losses)
    {
        var receipt = (await RehearseAsync(sql)).Losses;

        Assert.That(string.Join('|', receipt.Losses.Select(loss => loss.InWords)), Is.EqualTo(losses));
    }

    [TestCase("SELECT lo_unlink(4711)", "1 large object is deleted")]
    [TestCase("DO $$ BEGIN PERFORM lo_unlink(oid) FROM pg_largeobject_metadata; END $$", "2 large objects are deleted")]
    [TestCase("SELECT lo_put(4711, 0, 'xyz')", "the content of 1 large object is overwritten")]
    [TestCase("SELECT lo_put(4711, 0, 'abc')", "")]
    [TestCase("SELECT lo_from_bytea(4713, 'new')", "")]
    [TestCase("DROP FUNCTION twice(int)", "function public.twice(i integer) is dropped")]
    [TestCase("DROP FUNCTION twice(int); CREATE FUNCTION twice(i bigint) RETURNS bigint LANGUAGE sql AS 'SELECT i * 2'", "")]
    [TestCase("DROP VIEW admins", "view public.admins is dropped")]
    [TestCase(
        "DROP VIEW admins; CREATE VIEW admins AS SELECT id FROM users", "the grant of SELECT on view public.admins to PUBLIC is removed")]
    [TestCase("CREATE OR REPLACE VIEW admins AS SELECT id, name FROM users", "")]
    [TestCase("DROP TYPE mood", "enum public.mood is dropped")]
    [TestCase("DROP POLICY own ON users", "policy public.users.own is dropped")]
    [TestCase("ALTER TABLE users DISABLE ROW LEVEL SECURITY", "row security of table public.users is dropped")]
    [TestCase("DROP TRIGGER audit ON users", "trigger public.users.audit is dropped")]
    [TestCase("ALTER TRIGGER audit ON users RENAME TO audit2", "")]
    [TestCase("REVOKE ALL ON users FROM PUBLIC", "the grant of SELECT, UPDATE on table public.users to PUBLIC is removed")]
    [TestCase(
        "REVOKE UPDATE ON users FROM PUBLIC; ALTER TABLE users RENAME TO people",
        "the grant of UPDATE on table public.users to PUBLIC is removed")]
    [TestCase("DROP TABLE empty; DROP SEQUENCE counter", "sequence public.counter is dropped")]
    [TestCase("ALTER TABLE posts DROP COLUMN id", "column public.posts.id is dropped with 50 values in 50 rows")]
    public async Task List_what_disappears_besides_rows(string sql, string losses)
    {
        await using var database = await NewDatabaseAsync();
        await database.ExecuteAsync("""
            SELECT lo_from_bytea(4711, 'abc'), lo_from_bytea(4712, 'def');
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE SEQUENCE counter;
            CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS 'SELECT i * 2';
            CREATE VIEW admins AS SELECT id FROM users;
            GRANT SELECT ON admins TO PUBLIC;
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER audit AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION note();
            ALTER TABLE users ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON users USING (true);
            GRANT SELECT, UPDATE ON users TO PUBLIC;
            """);

        var receipt = (await RehearseAsync(database, Migration(sql))).Losses;

        Assert.That(string.Join('|', receipt.Losses.Select(loss => loss.InWords)), Is.EqualTo(losses));
    }

    [TestCase("UPDATE users SET mail = 'x' WHERE id <= 10", "UPDATE users SET mail = 'late' WHERE id IN (1, 3)", 5, 7)]
    [TestCase(
        "UPDATE users AS u SET mail = 'x' FROM posts p WHERE p.\"userId\" = u.id", "UPDATE users SET mail = 'late' WHERE id = 1", 25, 26)]
    [TestCase("DELETE FROM posts WHERE id > 40", "INSERT INTO posts VALUES (51)", 10, 11)]
    [TestCase("DELETE FROM posts p USING users u WHERE u.id = p.\"userId\" AND u.id > 40", "INSERT INTO posts VALUES (51, 50)", 10, 11)]
    [TestCase(
        "WITH late AS (SELECT id FROM posts WHERE id > 40) DELETE FROM posts WHERE id IN (SELECT id FROM late)",
        "INSERT INTO posts VALUES (51)", 10, 11)]
    [TestCase("DROP TABLE posts", "INSERT INTO posts VALUES (51)", 50, 51)]
    [TestCase("ALTER TABLE users DROP COLUMN mail", "UPDATE users SET mail = 'late' WHERE id = 1", 50, 51)]
    [TestCase("ALTER TABLE users ALTER score TYPE integer", "UPDATE users SET score = 1.5 WHERE id = 4", 75, 76)]
    [TestCase("TRUNCATE posts", "INSERT INTO posts VALUES (51)", 50, 51)]
    [TestCase(
        "ALTER TABLE posts ADD gone bool; UPDATE posts SET gone = id > 40; DELETE FROM posts WHERE gone", "INSERT INTO posts VALUES (51)",
        50, 51)]
    [TestCase("SELECT lo_unlink(4711)", "SELECT lo_from_bytea(4712, 'abc')", 1, 2)]
    public async Task Give_a_query_that_counts_again(string sql, string late, long counted, long then)
    {
        await using var database = await NewDatabaseAsync();
        await using var target = await NewDatabaseAsync();
        await database.ExecuteAsync("SELECT lo_from_bytea(4711, 'abc')");
        await target.ExecuteAsync("SELECT lo_from_bytea(4711, 'abc')");

        var count = (await RehearseAsync(database, Migration(sql))).Losses.Losses.First(loss => loss.Recount is not null).Recount!;

        Assert.That(count.Count, Is.EqualTo(counted));
        Assert.That(await target.ScalarAsync<long>(count.Sql), Is.EqualTo(counted));
        await target.ExecuteAsync(late);
        Assert.That(await target.ScalarAsync<long>(count.Sql), Is.EqualTo(then));
    }

    [TestCase(ContentComparison.Touched, UnchangedProof.NotWritten)]
    [TestCase(ContentComparison.All, UnchangedProof.Hash)]
    public async Task Prove_that_all_other_tables_are_unchanged(ContentComparison contents, UnchangedProof proof)
    {
        await using var database = await NewDatabaseAsync();

        var receipt = (await RehearseAsync(
            database,
            new RehearsalOptions { Contents = contents },
            Migration(
                "ALTER TABLE posts DROP COLUMN title; INSERT INTO notes (body) VALUES ('three'); CREATE TABLE extra (id int)"))).Losses;

        Assert.That(
            receipt.Unchanged.Select(table => (table.Name, table.Proof)),
            Is.EqualTo(new[] { ("public.empty", proof), ("public.users", proof) }));
        Assert.That(receipt.Extended, Is.EqualTo(new[] { "public.notes" }));
    }

    [TestCase(
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM posts; RETURN NEW; END $$; CREATE TRIGGER t AFTER "
            + "INSERT ON notes FOR EACH ROW EXECUTE FUNCTION f()", "INSERT INTO notes (body) VALUES ('x')", "RowsDeleted:public.posts=50")]
    [TestCase(
        "ALTER TABLE posts DROP CONSTRAINT \"posts_userId_fkey\", ADD FOREIGN KEY (\"userId\") REFERENCES users ON DELETE CASCADE",
        "DELETE FROM users WHERE id <= 10", "RowsDeleted:public.posts=10|RowsDeleted:public.users=10")]
    [TestCase("CREATE FUNCTION wipe() RETURNS void LANGUAGE sql AS 'DELETE FROM posts'", "SELECT wipe()", "RowsDeleted:public.posts=50")]
    [TestCase("CREATE VIEW seen AS SELECT * FROM notes", "DELETE FROM seen", "RowsDeleted:public.notes=2")]
    [TestCase("SELECT 1", "DROP TYPE role CASCADE", "ColumnDropped:public.users.role=100|ObjectDropped:enum public.role=1")]
    public async Task Follow_a_write_to_where_it_goes(string setup, string sql, string losses)
    {
        await using var database = await NewDatabaseAsync();
        await database.ExecuteAsync(setup);

        var receipt = (await RehearseAsync(database, Migration(sql))).Losses;

        Assert.That(string.Join('|', receipt.Losses.Select(loss => loss.Acceptance)), Is.EqualTo(losses));
    }

    [Test]
    public async Task Take_a_strong_lock_alone_for_no_change()
    {
        var receipt =
            (await RehearseAsync(
                "ALTER TABLE posts DROP CONSTRAINT \"posts_userId_fkey\"; ALTER TABLE users ADD x int; ALTER TABLE notes RENAME "
                    + "TO remarks;")).Losses;

        Assert.That(receipt.Unchanged, Has.Count.EqualTo(4));
        Assert.That(receipt.Uncompared, Is.Empty);
    }

    [Test]
    public async Task Own_up_to_a_table_that_was_written_to_unseen()
    {
        await using var database = await NewDatabaseAsync();
        await database.ExecuteAsync(
            "CREATE FUNCTION wipe() RETURNS text LANGUAGE plpgsql AS $$ BEGIN DELETE FROM posts; RETURN 'x'; END $$");

        var receipt = (await RehearseAsync(database, Migration("INSERT INTO notes (body) VALUES (wipe())"))).Losses;

        Assert.That(receipt.Uncompared, Is.EqualTo(new[] { "public.posts" }));
    }

    [Test]
    public async Task Name_the_migration_and_a_number_to_accept()
    {
        await using var database = await NewDatabaseAsync();

        var receipt = (await RehearseAsync(
            database,
            Migration("ALTER TABLE users ADD x int", name: "a"),
            Migration("ALTER TABLE users DROP COLUMN mail", name: "b"),
            Migration("DELETE FROM notes", name: "c"))).Losses;

        Assert.That(receipt.Losses.Select(loss => (loss.Migration, loss.Acceptance)), Is.EqualTo(new[]
        {
            ("c", "RowsDeleted:public.notes=2"),
            ("b", "ColumnDropped:public.users.mail=50"),
        }));
    }
}
