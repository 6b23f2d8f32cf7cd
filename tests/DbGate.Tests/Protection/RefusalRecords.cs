using DbGate.Postgres;
using DbGate.Protection;
using DbGate.Tests.Postgres;

namespace DbGate.Tests.Protection;

/// <summary>A refusal takes its transaction with it; what is known of it stays.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RefusalRecords
{
    [Test]
    public async Task Tell_who_tried_what_from_where()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var role = await TestRole.CreateAsync("pw");
        await using (var session = await Session.OpenAsync(
            database.Url with { User = role.Name, Password = "pw" }, new SessionOptions { ApplicationName = "prisma|ü and a long name" },
            CancellationToken.None))
        {
            Assert.That(
                () => session.ExecuteAsync("create\n  schema  \"Über\"", CancellationToken.None), Throws.TypeOf<PostgresFault>(),
                "no right at all: not the protection's business");
            Assert.That(
                () => session.ExecuteAsync("drop   schema\n public|cascade".Replace('|', ' '), CancellationToken.None), Refusing.It);
        }

        var refusals = await database.RefusalsAsync();

        Assert.That(refusals.Total, Is.EqualTo(1));
        var refusal = refusals.Newest.Single();
        Assert.That(
            (refusal.Serial, refusal.Login, refusal.Address, refusal.Command), Is.EqualTo((1, role.Name, "127.0.0.1", "DROP SCHEMA")));
        Assert.That(refusal.Application, Does.StartWith("prisma/").And.Length.LessThanOrEqualTo(17));
        Assert.That(refusal.Statement, Does.StartWith("drop schema public"));
        Assert.That(refusal.At, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(5)));
    }

    [Test]
    public async Task Count_all_and_keep_the_details_of_the_newest()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        for (var n = 1; n <= 20; n++)
        {
            Assert.That(() => database.ExecuteAsync($"create type t{n} as enum ()"), Refusing.It);
        }

        var refusals = await database.RefusalsAsync();

        Assert.That(refusals.Total, Is.EqualTo(20));
        Assert.That(refusals.Newest.Select(refusal => refusal.Serial), Is.EqualTo(Enumerable.Range(5, 16).Reverse()));
        Assert.That(refusals.Newest[0].Statement, Does.StartWith("create type t20"));
    }

    [Test]
    public async Task Once_read_stay_whatever_comes_after()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        for (var n = 1; n <= 30; n++)
        {
            Assert.That(() => database.ExecuteAsync("drop schema public cascade"), Refusing.It);
            if (n % 10 == 0)
            {
                await database.RefusalsAsync();
            }
        }

        Assert.That(
            (await database.RefusalsAsync()).Newest.Select(refusal => refusal.Serial), Is.EqualTo(Enumerable.Range(1, 30).Reverse()));
    }

    [Test]
    public async Task Of_sessions_at_the_same_time_are_kept_apart()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
            Assert.That(() => database.ExecuteAsync($"create type t{n} as enum ()"), Refusing.It))));

        var refusals = await database.RefusalsAsync();

        Assert.That(
            refusals.Newest.Select(refusal => refusal.Statement[..14]),
            Is.EquivalentTo(Enumerable.Range(0, 8).Select(n => $"create type t{n}")));
    }

    [Test]
    public async Task Stay_when_the_protection_is_installed_again()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        Assert.That(() => database.ExecuteAsync("drop schema public cascade"), Refusing.It);
        await database.RefusalsAsync();

        await database.ProtectAsync(ProtectedDatabase.Triggers);
        Assert.That(() => database.ExecuteAsync("drop schema public cascade"), Refusing.It);

        Assert.That((await database.RefusalsAsync()).Newest.Select(refusal => refusal.Serial), Is.EqualTo(new[] { 2, 1 }));
    }

    [Test]
    public async Task Are_not_for_everyone()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var role = await TestRole.CreateAsync("pw");
        await using var session =
            await Session.OpenAsync(database.Url with { User = role.Name, Password = "pw" }, null, CancellationToken.None);

        Assert.That(await Refusals.ReadAsync(session, 10, CancellationToken.None), Is.Null);
    }
}
