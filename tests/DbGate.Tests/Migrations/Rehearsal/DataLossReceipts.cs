using DbGate.Migrations.Rehearsal;

namespace DbGate.Tests.Migrations.Rehearsal;

[Parallelizable(ParallelScope.All)]
public sealed class DataLossReceipts : RehearsalFixture
{
    [TestCase("DROP TABLE posts", "table public.posts is dropped with 50 rows and 150 values")]
    [TestCase("DROP TABLE empty", "")]
    [TestCase("ALTER TABLE users DROP COLUMN mail", "column public.users.mail is dropped with 50 values in 100 rows")]
    [TestCase("ALTER TABLE empty DROP COLUMN x", "")]
    [TestCase("TRUNCATE posts", "50 rows of public.posts are deleted")]
    [TestCase("DELETE FROM posts WHERE id > 40", "10 rows of public.posts are deleted")]
    [TestCase("DO $$ BEGIN EXECUTE 'DELETE FROM ' || 'posts'; END $$", "50 rows of public.posts are deleted")]
    [TestCase("DROP TYPE role CASCADE", "column public.users.role is dropped with 100 values in 100 rows")]
    [TestCase("ALTER TABLE users ALTER score TYPE numeric(10,1)", "50 of the values in public.users.score do not fit the new type")]
    [TestCase("ALTER TABLE users ALTER score TYPE integer", "75 of the values in public.users.score do not fit the new type")]
    [TestCase("ALTER TABLE users ALTER mail TYPE varchar(14) USING mail::varchar(14)", "46 of the values in public.users.mail do not fit the new type")]
    [TestCase("ALTER TABLE users ALTER mail TYPE text, ALTER id TYPE bigint, ALTER score TYPE numeric(14,4)", "")]
    [TestCase("ALTER TABLE users ALTER extra TYPE jsonb USING extra::jsonb", "")]
    [TestCase("CREATE TYPE r2 AS ENUM ('USER', 'ADMIN'); ALTER TABLE users ALTER role TYPE r2 USING role::text::r2; DROP TYPE role; ALTER TYPE r2 RENAME TO role", "")]
    [TestCase("UPDATE users SET name = 'x' WHERE id <= 30", "up to 30 values of public.users.name are overwritten")]
    [TestCase("UPDATE users SET mail = 'x' WHERE mail IS NULL", "up to 50 values of public.users.mail are overwritten")]
    [TestCase("ALTER TABLE users ADD full_name text; UPDATE users SET full_name = name", "")]
    [TestCase("INSERT INTO notes (body) VALUES ('three')", "")]
    [TestCase("ALTER TABLE users RENAME name TO title; ALTER TABLE users RENAME TO people; ALTER TABLE people ADD x int DEFAULT 5", "")]
    [TestCase("ALTER TABLE users ADD n text; UPDATE users SET n = name; ALTER TABLE users DROP name; ALTER TABLE users RENAME n TO name", "")]
    [TestCase("ALTER TABLE users DROP name; ALTER TABLE users ADD name text", "column public.users.name is dropped with 100 values in 100 rows")]
    [TestCase("CREATE TABLE n (LIKE notes); INSERT INTO n SELECT * FROM notes; DROP TABLE notes; ALTER TABLE n RENAME TO notes", "")]
    [TestCase("UPDATE users a SET name = b.name FROM users b WHERE (a.id = 1 AND b.id = 2) OR (a.id = 2 AND b.id = 1)", "up to 2 values of public.users.name are overwritten")]
    [TestCase("UPDATE notes a SET body = CASE body WHEN 'one' THEN 'two' ELSE 'one' END, at = at", "")]
    public async Task Count_what_is_lost(string sql, string losses)
    {
        var receipt = (await RehearseAsync(sql)).Losses;

        Assert.That(string.Join('|', receipt.Losses.Select(loss => loss.InWords)), Is.EqualTo(losses));
    }

    [TestCase(ContentComparison.Touched, UnchangedProof.NotWritten)]
    [TestCase(ContentComparison.All, UnchangedProof.Hash)]
    public async Task Prove_that_all_other_tables_are_unchanged(ContentComparison contents, UnchangedProof proof)
    {
        await using var database = await NewDatabaseAsync();

        var receipt = (await RehearseAsync(
            database,
            new RehearsalOptions { Contents = contents },
            Migration("ALTER TABLE posts DROP COLUMN title; INSERT INTO notes (body) VALUES ('three'); CREATE TABLE extra (id int)"))).Losses;

        Assert.That(
            receipt.Unchanged.Select(table => (table.Name, table.Proof)),
            Is.EqualTo(new[] { ("public.empty", proof), ("public.users", proof) }));
        Assert.That(receipt.Extended, Is.EqualTo(new[] { "public.notes" }));
    }

    [TestCase("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM posts; RETURN NEW; END $$; CREATE TRIGGER t AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION f()", "INSERT INTO notes (body) VALUES ('x')", "RowsDeleted:public.posts=50")]
    [TestCase("ALTER TABLE posts DROP CONSTRAINT \"posts_userId_fkey\", ADD FOREIGN KEY (\"userId\") REFERENCES users ON DELETE CASCADE", "DELETE FROM users WHERE id <= 10", "RowsDeleted:public.posts=10|RowsDeleted:public.users=10")]
    [TestCase("CREATE FUNCTION wipe() RETURNS void LANGUAGE sql AS 'DELETE FROM posts'", "SELECT wipe()", "RowsDeleted:public.posts=50")]
    [TestCase("CREATE VIEW seen AS SELECT * FROM notes", "DELETE FROM seen", "RowsDeleted:public.notes=2")]
    [TestCase("SELECT 1", "DROP TYPE role CASCADE", "ColumnDropped:public.users.role=100")]
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
        var receipt = (await RehearseAsync("ALTER TABLE posts DROP CONSTRAINT \"posts_userId_fkey\"; ALTER TABLE users ADD x int; ALTER TABLE notes RENAME TO remarks;")).Losses;

        Assert.That(receipt.Unchanged, Has.Count.EqualTo(4));
        Assert.That(receipt.Uncompared, Is.Empty);
    }

    [Test]
    public async Task Own_up_to_a_table_that_was_written_to_unseen()
    {
        await using var database = await NewDatabaseAsync();
        await database.ExecuteAsync("CREATE FUNCTION wipe() RETURNS text LANGUAGE plpgsql AS $$ BEGIN DELETE FROM posts; RETURN 'x'; END $$");

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
