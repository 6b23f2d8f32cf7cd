using DbGate.Postgres;
using DbGate.Protection;
using DbGate.Tests.Postgres;

namespace DbGate.Tests.Protection;

/// <summary>What <c>protect --verify</c> and the check see of a protection that somebody with the right to do so has touched.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Verification
{
    [Test]
    public async Task Passes_what_was_just_installed()
    {
        await using var database = await ProtectedDatabase.CreateAsync();

        var finding = await database.VerifyAsync();

        Assert.That(finding.Problems, Is.Empty);
        Assert.That(finding.Sentence, Does.StartWith("protected by event triggers since ").And.EndsWith(", nothing refused"));
    }

    [TestCase("alter event trigger dbgate_drop disable", "DBG0803", "dbgate_drop is disabled")]
    [TestCase("alter event trigger dbgate_start enable", "DBG0803", "dbgate_start is off under session_replication_role=replica")]
    [TestCase("drop event trigger dbgate_rewrite", "DBG0802", "event trigger dbgate_rewrite is missing")]
    [TestCase("create or replace function dbgate.guard() returns event_trigger language plpgsql as 'begin end'", "DBG0802", "function dbgate.guard is not the one")]
    [TestCase("alter function dbgate.allows() reset all", "DBG0802", "function dbgate.allows is not the one")]
    [TestCase("alter function dbgate.allows() security invoker", "DBG0802", "function dbgate.allows is not the one")]
    [TestCase("drop function dbgate.remember(text, text)", "DBG0802", "function dbgate.remember is missing")]
    [TestCase("grant execute on function dbgate.open_release(bytea, integer) to public", "DBG0802", "everyone may call dbgate.open_release")]
    [TestCase("grant insert on dbgate.release to pg_monitor", "DBG0802", "dbgate.release is open to pg_monitor")]
    [TestCase("drop event trigger dbgate_end; create event trigger dbgate_end on ddl_command_end when tag in ('COMMENT') execute function dbgate.guard()", "DBG0802", "event trigger dbgate_end is another one")]
    public async Task Tells_what_was_altered(string sql, string code, string what)
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using (var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None))
        {
            await ProtectedDatabase.ExecuteAsync(gate.Url, sql);
        }

        var finding = await database.VerifyAsync();

        Assert.That(finding.Problems.Select(problem => problem.Code.Id), Does.Contain(code));
        Assert.That(string.Join(" | ", finding.Problems.Select(problem => $"{problem.Message} {problem.Cause}")), Does.Contain(what));
    }

    [TestCase("drop function dbgate.collect_refusals()")]
    [TestCase("drop table dbgate.refusals")]
    [TestCase("drop function dbgate.refuse(text, text)")]
    public async Task Is_mended_by_installing_again(string sql)
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using (var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None))
        {
            await ProtectedDatabase.ExecuteAsync(gate.Url, sql);
        }

        await database.ProtectAsync(ProtectedDatabase.Triggers);

        Assert.That((await database.VerifyAsync()).Problems, Is.Empty);
        Assert.That(() => database.ExecuteAsync("create table t ()"), Refusing.It);
    }

    [TestCase("delete from dbgate.installation")]
    [TestCase("drop table dbgate.installation")]
    public async Task Blocks_where_the_installation_is_gone(string sql)
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await database.ExecuteAsync("drop event trigger dbgate_start; drop event trigger dbgate_end; drop event trigger dbgate_drop; " + sql);

        Assert.That(() => database.VerifyAsync(), Failure.Of("DBG0802"));
    }

    [Test]
    public async Task Tells_where_event_triggers_are_switched_off()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var session = await database.SessionAsync();
        if (session.ServerMajor < 17)
        {
            Assert.Ignore("PostgreSQL 17 and newer have event_triggers");
        }

        await database.ExecuteAsync($"alter database {database.Database.Name} set event_triggers = off");

        Assert.That((await database.VerifyAsync()).Problems.Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0803" }));
    }

    [Test]
    public async Task Names_who_can_go_round_it()
    {
        await using var deploy = await TestRole.CreateAsync("pw", "deploy");
        await using var owner = await TestRole.CreateAsync("pw", "dbowner");
        await using var database = await ProtectedDatabase.CreateAsync(ProtectedDatabase.Triggers with { DeployRole = deploy.Name, ExemptRoles = [owner.Name] });
        await using var cleaning = new Dropping(async () =>
        {
            await database.ExecuteAsync($"alter database {database.Database.Name} owner to current_user");
            await database.ExecuteAsync($"revoke all on all functions in schema dbgate from {deploy.Quoted}; revoke all on dbgate.refusals from {deploy.Quoted}");
        });
        await database.ExecuteAsync($"alter database {database.Database.Name} owner to {owner.Quoted}");

        var facts = (await database.VerifyAsync()).Facts.Select(fact => $"{fact.Name}: {fact.Value}").ToArray();

        Assert.That(facts, Has.Some.Contains(database.Url.User).And.Contains("superuser: may disable the event triggers"));
        Assert.That(facts, Has.Some.Contains(deploy.Name).And.Contains("may open the gate"));
        Assert.That(facts, Has.Some.Contains(owner.Name).And.Contains("may drop the whole database"));
        Assert.That(facts, Does.Contain($"exempt: {owner.Name}"));
    }

    [Test]
    public async Task Is_open_to_a_role_without_any_right()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var role = await TestRole.CreateAsync("pw");
        await using var session = await Session.OpenAsync(database.Url with { User = role.Name, Password = "pw" }, null, CancellationToken.None);

        var finding = await ProtectionFinding.ReadAsync(session, CancellationToken.None);

        Assert.That(finding!.Problems, Is.Empty);
        Assert.That(finding.Refusals, Is.Null);
    }

    [Test]
    public async Task Of_an_older_version_warns_and_compares_no_source()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await database.ExecuteAsync("update dbgate.installation set version = 0");

        var problems = (await database.VerifyAsync()).Problems;

        Assert.That(problems.Select(problem => (problem.Code.Id, problem.IsBlocking)), Is.EqualTo(new[] { ("DBG0804", false) }));
    }
}
