using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Tests.Postgres;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class AdvisoryLocks
{
    static readonly CancellationToken None = CancellationToken.None;

    [Test]
    public async Task Name_their_holder_to_the_second()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var first = await Session.OpenAsync(database.Url, new SessionOptions { ApplicationName = "dbgate run-7" }, None);
        await using var second = await Session.OpenAsync(database.Url, null, None);
        await using var held = await AdvisoryLock.AcquireAsync(first, "deploy", None);

        var problem = Assert.ThrowsAsync<GateException>(() => AdvisoryLock.AcquireAsync(second, "deploy", None))!.Problem;
        var holder = await AdvisoryLock.ReadHolderAsync(second, "deploy", None);

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0038", ExitCode.Locked)));
        Assert.That(problem.Cause, Does.Contain($"pid {first.BackendPid}").And.Contain("dbgate run-7").And.Contain(database.Url.User));
        Assert.That(
            (holder!.Pid, holder.User, holder.ApplicationName, holder.State),
            Is.EqualTo((first.BackendPid, database.Url.User, "dbgate run-7", "idle")));
        Assert.That(holder.ConnectedSince, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
        Assert.That(holder.QueryAge, Is.Not.Null);
    }

    [Test]
    public async Task Are_free_again_when_given_back_and_when_the_session_ends()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var second = await Session.OpenAsync(database.Url, null, None);
        await using (var first = await Session.OpenAsync(database.Url, null, None))
        {
            await (await AdvisoryLock.AcquireAsync(first, "deploy", None)).DisposeAsync();
            await (await AdvisoryLock.AcquireAsync(second, "deploy", None)).DisposeAsync();
            await AdvisoryLock.AcquireAsync(first, "deploy", None);
            await second.ScalarAsync<bool>("SELECT pg_terminate_backend($1, 60000)", None, first.BackendPid);
        }

        Assert.That(async () => await AdvisoryLock.AcquireAsync(second, "deploy", None), Throws.Nothing);
    }

    [Test]
    public async Task Do_not_stand_in_the_way_of_another_purpose_another_database_or_Prisma()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var elsewhere = await TestDatabase.CreateAsync();
        await using var first = await Session.OpenAsync(database.Url, null, None);
        await using var second = await Session.OpenAsync(database.Url, null, None);
        await using var third = await Session.OpenAsync(elsewhere.Url, null, None);
        await using var held = await AdvisoryLock.AcquireAsync(first, "deploy", None);

        await using var other = await AdvisoryLock.AcquireAsync(second, "backup", None);
        await using var same = await AdvisoryLock.AcquireAsync(third, "deploy", None);

        Assert.That(await second.ScalarAsync<bool>("SELECT pg_try_advisory_lock(72707369)", None), Is.True);
    }

    [Test]
    public async Task Are_seen_where_everybody_looks()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var session = await Session.OpenAsync(database.Url, null, None);
        await using var held = await AdvisoryLock.AcquireAsync(session, "deploy", None);

        var keys =
            await session.QueryAsync(
                "SELECT classid::bigint, objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
                row => (row.GetInt64(0), row.GetInt64(1)), None);

        Assert.That(keys, Is.EqualTo(new[] { (1145194324L, (long)unchecked((uint)AdvisoryLock.KeyOf("deploy"))) }));
    }
}
