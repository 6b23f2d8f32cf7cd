using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Rehearsal;

namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>What is reckoned from a rehearsal: renames that were written as a drop and an add, and who waits for its locks.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
sealed class Reckonings : DbGate.Tests.Migrations.Rehearsal.RehearsalFixture
{
    [TestCase("ALTER TABLE users DROP COLUMN mail; ALTER TABLE users ADD COLUMN email text;",
        "ALTER TABLE public.users RENAME COLUMN mail TO email | column public.users.mail is dropped with 50 values in 100 rows")]
    [TestCase("ALTER TABLE users ADD COLUMN \"Mail\" varchar(9), DROP COLUMN mail;",
        "ALTER TABLE public.users RENAME COLUMN mail TO \"Mail\" | column public.users.mail is dropped with 50 values in 100 rows")]
    [TestCase("ALTER TABLE users DROP COLUMN mail; ALTER TABLE users ADD COLUMN born date;", "")]
    [TestCase("ALTER TABLE users DROP COLUMN mail; ALTER TABLE notes ADD COLUMN mail text;", "")]
    [TestCase("ALTER TABLE users RENAME COLUMN mail TO email;", "")]
    [TestCase("DROP TABLE notes; CREATE TABLE memos (body text, at timestamptz, tag text);",
        "ALTER TABLE public.notes RENAME TO memos | table public.notes is dropped with 2 rows and 4 values")]
    public async Task Find_what_looks_like_a_rename(string sql, string expected) => Assert.That(
        string.Join("; ", SupposedRenames.From(await RehearseAsync(sql)).Select(rename => $"{rename.Statement} | {rename.Lost}")),
        Is.EqualTo(expected));

    [Test]
    public async Task Say_who_waits_for_how_long()
    {
        var report = await RehearseAsync("CREATE INDEX ON users (name);\nALTER TABLE posts ADD COLUMN x int;\nSELECT pg_sleep(0.2);");
        ShapeUse reader = new(1000, new Dictionary<string, TableLock> { ["public.users"] = TableLock.AccessShare });
        ShapeUse writer = new(300, new Dictionary<string, TableLock> { ["public.users"] = TableLock.RowExclusive });
        ShapeUse other = new(50, new Dictionary<string, TableLock> { ["public.posts"] = TableLock.AccessShare });
        var waits = LockWaits.From(report, [reader, writer, other], seconds: 10, DatabaseActivity.None, TimeSpan.FromSeconds(2));

        Assert.That(
            waits.Select(wait => (wait.Table, wait.Mode, wait.PerSecond, wait.Location.Line)),
            Is.EqualTo(new[]
            {
                ("public.users", TableLock.Share, 30.0, (int?)1), ("public.posts", TableLock.AccessExclusive, 5.0, (int?)2),
            }));
        Assert.That(waits[1].Held, Is.AtLeast(TimeSpan.FromSeconds(0.2)), "to the end of the transaction");
        Assert.That(waits[1].Longest, Is.EqualTo(waits[1].Held + TimeSpan.FromSeconds(2)));
        Assert.That(waits[1].Waiting, Is.EqualTo(5 * waits[1].Longest.TotalSeconds).Within(1e-6));
    }

    /// <summary>A tiny table can be the one that everything reads.</summary>
    [Test]
    public async Task Name_the_most_used_table_also_where_no_calls_are_counted()
    {
        var report = await RehearseAsync("ALTER TABLE notes ADD COLUMN x int;\nALTER TABLE users ADD COLUMN x int;");
        var unknown = LockWaits.From(
            report, [], null, new([new("public.notes", 900, 100), new("public.users", 5, 1)], null), TimeSpan.Zero);
        Assert.That(unknown.Select(wait => (wait.Table, wait.Rank, wait.PerSecond)), Is.EqualTo(new[] { ("public.notes", (int?)1, 0.0) }));
        Assert.That(
            LockWaitText.From(unknown[0]),
            Does.StartWith("public.notes (the most used table of the database): ACCESS EXCLUSIVE for ").And.Contain("nothing counts"));

        var counted = LockWaits.From(
            report, [], null, new([new("public.notes", 900, 100), new("public.users", 5, 1)], 10), TimeSpan.FromSeconds(1));
        Assert.That(
            counted.Select(wait => (wait.Table, wait.Rank, wait.PerSecond)),
            Is.EqualTo(new[] { ("public.notes", (int?)1, 100.0), ("public.users", 2, 0.6) }));
        Assert.That(LockWaitText.From(counted[0]), Does.Contain("meets 100 scans and writes per second; about 1"));
    }
}
