using DbGate.Configuration;
using DbGate.Releases;
using DbGate.Releases.Rehearsals;
using DbGate.Migrations;
using DbGate.Statements;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Tests.Releases;

/// <summary>What the scratch server or its machine lacks is reported as that, and not as a fault of the migration.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class LackingScratchServers
{
    const string Absent = "dbgate_absent";

    static MigrationScript Creating(string extension) =>
        new(new Migration("m1", "m1/migration.sql", null, [], true, 0),
            StatementSplitter.Split($"SELECT 1;\nCREATE EXTENSION IF NOT EXISTS \"{extension}\";", "m1/migration.sql"));

    static TargetCluster Target(params string[] extensions) =>
        new("deploy", false, [], [], [], "deploy", null, new Dictionary<string, string>(), extensions.ToHashSet(StringComparer.Ordinal));

    [Test]
    [Category("Postgres")]
    public async Task Lack_an_extension_that_the_target_offers()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var scratch = await Session.OpenAsync(database.Url, null, CancellationToken.None);

        var problem = Assert.ThrowsAsync<GateException>(() =>
            ExtensionsNeeded.DemandAsync(
                [Creating("plpgsql"), Creating(Absent)], Target("plpgsql", Absent), scratch, "a throwaway server",
                CancellationToken.None))!.Problem;

        Assert.That(
            (problem.Code.Id, problem.Code.ExitCode, problem.Message),
            Is.EqualTo(("DBG0566", ExitCode.Environment, $"the scratch server does not offer the extension {Absent}")));
        Assert.That($"{problem.Fix}", Does.Contain($"for PostgreSQL {scratch.ServerMajor}").And.Contain("TEST_DATABASE_URL"));
        Assert.That(EvidenceProblems.IsLackOfServer(problem), "an automatic rehearsal is skipped, with the reason");
    }

    [Test]
    [Category("Postgres")]
    public async Task Are_not_asked_for_an_extension_that_the_target_does_not_offer()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var scratch = await Session.OpenAsync(database.Url, null, CancellationToken.None);

        var problem = Assert.ThrowsAsync<GateException>(() =>
            ExtensionsNeeded.DemandAsync(
                [Creating(Absent)], Target("plpgsql"), scratch, "a throwaway server", CancellationToken.None))!.Problem;

        Assert.That(
            (problem.Code.Id, problem.Code.ExitCode, $"{problem.Location}"),
            Is.EqualTo(("DBG0567", ExitCode.Blocked, "m1/migration.sql:2:1")));
        Assert.That(EvidenceProblems.IsLackOfServer(problem), Is.False);
    }

    [Test]
    public void Have_no_client_program()
    {
        var lack =
            EvidenceProblems.NoClientForScratch(
                "PostgreSQL 18 in a container",
                PostgresProblems.ToolDoesNotFit("psql", 18, [], new ImageSearch(null, null, "no container engine", null)).Problem);

        Assert.That(
            (lack.Code.Id, lack.Code.ExitCode, lack.Message),
            Is.EqualTo(("DBG0568", ExitCode.Environment, "no client program here fits the scratch server (PostgreSQL 18 in a container)")));
        Assert.That(EvidenceProblems.IsLackOfServer(lack), "an automatic rehearsal is skipped, with the reason");
    }

    [Test]
    public void Of_another_version_are_a_warning()
    {
        var warning = EvidenceProblems.OtherVersion("PostgreSQL 18 in a container", 17);

        Assert.That((warning.Code.Id, warning.Severity, warning.IsBlocking), Is.EqualTo(("DBG0569", Severity.Warning, false)));
        Assert.That(warning.Message, Is.EqualTo("the rehearsal ran on PostgreSQL 18 in a container; the target is PostgreSQL 17"));
        Assert.That($"{warning.Fix}", Does.Contain("postgres:17"));
    }
}
