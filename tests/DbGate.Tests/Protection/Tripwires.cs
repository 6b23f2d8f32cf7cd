using DbGate.Protection;

namespace DbGate.Tests.Protection;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Tripwires
{
    static readonly ProtectionOptions OnEntry = ProtectedDatabase.Triggers with { TripwireTables = ["entry"] };

    [TestCase("truncate entry")]
    [TestCase("truncate wallet cascade")]
    [TestCase("delete from entry")]
    [TestCase("delete from entry where true")]
    [TestCase("update entry set amount = 0")]
    [TestCase("with gone as (delete from entry returning id) select count(*) from gone")]
    [TestCase("insert into entry (id, amount) select id, 0 from entry on conflict (id) do update set amount = 0")]
    [TestCase("set session_replication_role = replica; delete from entry")]
    public async Task Refuse(string sql)
    {
        await using var database = await ProtectedDatabase.CreateAsync(OnEntry);
        var before = await database.DigestAsync();

        Assert.That(() => database.ExecuteAsync(sql), Refusing.It);
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
        Assert.That((await database.RefusalsAsync()).Newest.Single().Command, Does.EndWith("of every row of public.entry"));
    }

    [TestCase("delete from entry where id > 1")]
    [TestCase("delete from entry where id = 1")]
    [TestCase("update entry set amount = 0 where id <= 19")]
    [TestCase("insert into entry (wallet, amount) values (1, 1)")]
    [TestCase("delete from entry where id <= 11; delete from entry")]
    [TestCase("update wallet set balance = 0; truncate entry_other")]
    public async Task Let_pass(string sql)
    {
        await using var database = await ProtectedDatabase.CreateAsync(OnEntry);
        await using (var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None))
        {
            await ProtectedDatabase.ExecuteAsync(gate.Url, "create table entry_other ()");
        }

        Assert.That(() => database.ExecuteAsync(sql), Throws.Nothing);
    }

    [Test]
    public async Task Let_a_release_pass()
    {
        await using var database = await ProtectedDatabase.CreateAsync(OnEntry);
        await using var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None);

        Assert.That(
            () => ProtectedDatabase.ExecuteAsync(gate.Url, "update entry set amount = 0; delete from entry; truncate entry"),
            Throws.Nothing);
    }

    [Test]
    public async Task Are_replaced_by_those_of_the_next_installation()
    {
        await using var database = await ProtectedDatabase.CreateAsync(OnEntry);
        await database.ProtectAsync(ProtectedDatabase.Triggers with { TripwireTables = ["public.wallet"] });

        Assert.That(() => database.ExecuteAsync("delete from entry"), Throws.Nothing);
        Assert.That(() => database.ExecuteAsync("update wallet set balance = 0"), Refusing.It);
    }

    [Test]
    public async Task Stand_on_tables_that_exist()
    {
        await using var database = await ProtectedDatabase.CreateAsync();

        Assert.That(
            () => database.ProtectAsync(ProtectedDatabase.Triggers with { TripwireTables = ["total"] }), Failure.From("DBG0812"), "a view");
        Assert.That(
            () => database.ProtectAsync(ProtectedDatabase.Triggers with { TripwireTables = ["never.entry"] }), Failure.From("DBG0812"));
    }
}
