using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Protection;
using DbGate.Tests.Postgres;

namespace DbGate.Tests.Protection;

/// <summary>What <c>protect --verify</c> and the check see of a protection that a person with the right to do so has touched.</summary>
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

    /// <summary>Whatever became of the table of rules, the protection can be installed again.</summary>
    [TestCase("drop table dbgate.rules")]
    [TestCase("alter table dbgate.rules drop column digest")]
    [TestCase("drop table dbgate.rules; update dbgate.installation set version = 1")]
    public async Task Passes_after_another_installation_whatever_became_of_the_rules(string sql)
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using (var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None))
        {
            await ProtectedDatabase.ExecuteAsync(gate.Url, sql);
        }

        await database.ProtectAsync(ProtectedDatabase.Triggers);

        Assert.That((await database.VerifyAsync()).Problems, Is.Empty);
    }

    [TestCase("alter event trigger dbgate_drop disable", "DBG0803", "dbgate_drop is disabled")]
    [TestCase("alter event trigger dbgate_start enable", "DBG0803", "dbgate_start is off under session_replication_role=replica")]
    [TestCase("drop event trigger dbgate_rewrite", "DBG0802", "event trigger dbgate_rewrite is missing")]
    [TestCase(
        "create or replace function dbgate.guard() returns event_trigger language plpgsql as 'begin end'", "DBG0802",
        "function dbgate.guard is not the one")]
    [TestCase("alter function dbgate.allows() reset all", "DBG0802", "function dbgate.allows is not the one")]
    [TestCase("alter function dbgate.allows() security invoker", "DBG0802", "function dbgate.allows is not the one")]
    [TestCase("drop function dbgate.remember(text, text)", "DBG0802", "function dbgate.remember is missing")]
    [TestCase(
        "grant execute on function dbgate.open_release(bytea, integer) to public", "DBG0802", "everyone may call dbgate.open_release")]
    [TestCase("grant insert on dbgate.release to pg_monitor", "DBG0802", "pg_monitor has INSERT on dbgate.release")]
    [TestCase(
        "drop event trigger dbgate_end; create event trigger dbgate_end on ddl_command_end when tag in ('COMMENT') execute function "
            + "dbgate.guard()", "DBG0802", "event trigger dbgate_end is another one")]
    [TestCase("grant update on dbgate.installation to pg_monitor", "DBG0802", "pg_monitor has UPDATE on dbgate.installation")]
    [TestCase(
        "grant update (exempt_roles) on dbgate.installation to pg_monitor", "DBG0802",
        "pg_monitor has UPDATE on dbgate.installation.exempt_roles")]
    [TestCase("grant usage on sequence dbgate.slot_0_0 to pg_monitor", "DBG0802", "pg_monitor has USAGE on dbgate.slot_0_0")]
    [TestCase("grant create on schema dbgate to pg_monitor", "DBG0802", "pg_monitor has CREATE on dbgate.schema")]
    [TestCase(
        "grant execute on function dbgate.open_release(bytea, integer) to pg_monitor", "DBG0802",
        "pg_monitor may call dbgate.open_release")]
    [TestCase("alter default privileges in schema dbgate grant select on tables to public", "DBG0802", "default privileges")]
    [TestCase("create rule r as on delete to dbgate.release do instead nothing", "DBG0802", "rule r on dbgate.release was added")]
    [TestCase(
        "create function public.keep() returns trigger language plpgsql as 'begin return null; end'; create trigger k before delete on "
            + "dbgate.release for each row execute function public.keep()", "DBG0802", "trigger k on dbgate.release was added")]
    [TestCase("alter table dbgate.release enable row level security", "DBG0802", "row security is on for dbgate.release")]
    [TestCase("create policy p on dbgate.installation using (false)", "DBG0802", "policy p on dbgate.installation was added")]
    [TestCase("alter table dbgate.release set unlogged", "DBG0802", "dbgate.release is unlogged")]
    [TestCase("create table public.other () inherits (dbgate.installation)", "DBG0802", "inherits from dbgate.installation")]
    [TestCase("create view dbgate.roles as select 1", "DBG0802", "view dbgate.roles was added")]
    [TestCase("create table dbgate.more (id int)", "DBG0802", "table dbgate.more was added")]
    [TestCase(
        "alter table dbgate.release alter column until set default 'infinity'", "DBG0802",
        "column until of dbgate.release has another default")]
    [TestCase("alter table dbgate.refusals owner to pg_monitor", "DBG0802", "dbgate.refusals belongs to pg_monitor")]
    [TestCase(
        "insert into dbgate.release values (sha256('a'), now() + interval '10 years', 'ordinary', 1)", "DBG0802",
        "dbgate.release holds a release of ordinary that is valid until")]
    [TestCase("create function dbgate.more() returns int language sql as 'select 1'", "DBG0802", "function dbgate.more() was added")]
    [TestCase(
        "create function dbgate.allows(text) returns boolean language sql as 'select true'", "DBG0802",
        "function dbgate.allows(text) was added")]
    [TestCase("drop table dbgate.rules", "DBG0802", "table dbgate.rules is missing")]
    [TestCase("grant delete on dbgate.rules to pg_monitor", "DBG0802", "pg_monitor has DELETE on dbgate.rules")]
    [TestCase("grant update on dbgate.rules to pg_monitor", "DBG0802", "pg_monitor has UPDATE on dbgate.rules")]
    [TestCase("alter function dbgate.allows() immutable", "DBG0802", "function dbgate.allows has another language or other properties")]
    [TestCase(
        "alter function dbgate.allows() set row_security = on", "DBG0802",
        "function dbgate.allows has another language or other properties")]
    [TestCase(
        "set allow_system_table_mods = on; create function pg_catalog.sha256(text) returns bytea language sql as 'select null::bytea'",
        "DBG0802", "function sha256(text) was added to pg_catalog")]
    [TestCase(
        "alter event trigger dbgate_start disable; alter event trigger dbgate_end disable; set allow_system_table_mods = on; create or "
            + "replace function pg_catalog.sha256(bytea) returns bytea language sql as 'select null::bytea'; alter event trigger "
            + "dbgate_start enable always; alter event trigger dbgate_end enable always", "DBG0802",
            "function sha256(bytea) of pg_catalog was replaced")]
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

    [TestCase("alter table wallet disable trigger dbgate_delete", "the tripwire dbgate_delete of public.wallet is disabled")]
    [TestCase("alter table wallet enable trigger dbgate_update", "the tripwire dbgate_update of public.wallet is disabled")]
    [TestCase("drop trigger dbgate_truncate on wallet", "the tripwire dbgate_truncate of public.wallet is missing")]
    [TestCase(
        "create function public.nothing() returns trigger language plpgsql as 'begin return null; end'; drop trigger dbgate_truncate on "
            + "wallet; create trigger dbgate_truncate before truncate on wallet for each statement execute function public.nothing(); "
            + "alter table wallet enable always trigger dbgate_truncate", "the tripwire dbgate_truncate of public.wallet is another one")]
    [TestCase("alter table wallet rename to purse", "the table public.wallet of a tripwire is gone")]
    public async Task Tells_what_was_altered_of_a_tripwire(string sql, string what)
    {
        await using var database = await ProtectedDatabase.CreateAsync(ProtectedDatabase.Triggers with { TripwireTables = ["wallet"] });
        Assert.That((await database.VerifyAsync()).Problems, Is.Empty);
        await using (var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None))
        {
            await ProtectedDatabase.ExecuteAsync(gate.Url, sql);
        }

        Assert.That((await database.VerifyAsync()).Problems.Single().Cause, Does.Contain(what));
    }

    /// <summary>The lock of releases is free for every role; anyone who takes it holds up releases, and is named.</summary>
    [Test]
    public async Task Names_a_session_that_holds_the_lock_of_releases()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var session = await database.SessionAsync();
        await session.ExecuteAsync("select pg_advisory_lock(1145194324, 1)", CancellationToken.None);
        var pid = await session.ScalarAsync<int>("select pg_backend_pid()", CancellationToken.None);

        Assert.That(
            () => ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None),
            Failure.From(
                "DBG0809",
                problem => problem.Message.Contains($"backend {pid} ")
                    && problem.Fix!.Commands.Contains(FixCommand.Sql($"select pg_terminate_backend({pid})"))));
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
        await database.ExecuteAsync("drop event trigger dbgate_start; drop event trigger dbgate_end; drop event trigger dbgate_drop; "
            + sql);

        Assert.That(() => database.VerifyAsync(), Failure.From("DBG0802"));
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

    /// <summary>A role that may set the parameter goes round every event trigger.</summary>
    [TestCase("SET")]
    [TestCase("ALTER SYSTEM")]
    public async Task Names_a_role_with_a_privilege_on_the_parameter(string privilege)
    {
        await using var role = await TestRole.CreateAsync("pw");
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var session = await database.SessionAsync();
        if (session.ServerMajor < 17)
        {
            Assert.Ignore("PostgreSQL 17 and newer have event_triggers");
        }

        await database.ExecuteAsync($"grant {privilege} on parameter event_triggers to {role.Quoted}");
        await using var cleaning =
            new Dropping(() => database.ExecuteAsync($"revoke {privilege} on parameter event_triggers from {role.Quoted}"));

        var facts = (await database.VerifyAsync()).Facts.Where(fact => fact.Name == "can go round it").Select(fact => fact.Value);

        Assert.That(facts, Has.Some.Contains(role.Name).And.Contains($"({privilege} on the parameter)"));
    }

    [Test]
    public async Task Names_who_can_go_round_it()
    {
        await using var deploy = await TestRole.CreateAsync("pw", "deploy");
        await using var owner = await TestRole.CreateAsync("pw", "dbowner");
        await using var database =
            await ProtectedDatabase.CreateAsync(ProtectedDatabase.Triggers with { DeployRole = deploy.Name, ExemptRoles = [owner.Name] });
        await using var cleaning = new Dropping(async () =>
        {
            await database.ExecuteAsync($"alter database {database.Database.Name} owner to current_user");
            await database.ExecuteAsync(
                $"revoke all on all functions in schema dbgate from {deploy.Quoted}; revoke all on dbgate.refusals from {deploy.Quoted}");
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
        await using var session =
            await Session.OpenAsync(database.Url with { User = role.Name, Password = "pw" }, null, CancellationToken.None);

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
