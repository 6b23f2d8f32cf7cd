using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using static DbGate.Tests.Migrations.Ledgers;

namespace DbGate.Tests.Migrations;

[Parallelizable(ParallelScope.All)]
sealed class Findings
{
    static readonly LedgerCommands Commands =
        LedgerCommands.Usual(PostgresUrl.Parse("postgresql://u:p@h/d", "DIRECT_URL"), TargetEnvironment.Staging);

    static IReadOnlyList<Problem> From(MigrationFolder folder, Ledger ledger, bool beforeDeploy = false) =>
        MigrationFindings.From(folder, ledger, MigrationStatus.Decide(folder, ledger), Commands, beforeDeploy);

    static string Sentence(MigrationFolder folder, Ledger ledger) =>
        MigrationFindings.Sentence(folder, ledger, MigrationStatus.Decide(folder, ledger));

    static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("Clean", Folder(File("1")), Ledger(Applied("1")));
        yield return Case("Pending", Folder(File("1")), Ledger(), "DBG0201");
        yield return Case("Failed", Folder(File("1")), Ledger(Unfinished("1")), "DBG0202!");
        yield return Case("Running", Folder(File("1")), Ledger(Unfinished("1")) with { LockHolder = Holder }, "DBG0203!");
        yield return Case("Rolled back", Folder(File("1")), Ledger(RolledBack("1")), "DBG0204");
        yield return Case("Edited", Folder(File("1", "bbbb")), Ledger(Applied("1")), "DBG0205!");
        yield return Case("Missing", Folder(), Ledger(Applied("1")), "DBG0206!");
        yield return Case("Claimed", Folder(File("1")), Ledger(Claimed("1")), "DBG0207?");
        yield return Case("Out of order", Folder(File("1"), File("2")), Ledger(Applied("2")), "DBG0201", "DBG0208?");
        yield return Case("No ledger", Folder(), Ledger() with { Exists = false }, "DBG0209!");
        yield return Case("No ledger, empty database", Folder(), Ledger() with { Exists = false, OtherTables = 0 });
        yield return Case("Prisma 8 in the database", Folder(File("1")), Ledger() with { Refusal = PrismaProblems.Prisma8() }, "DBG0210!");
        yield return Case("Prisma 8 on disk", Folder(File("1")) with { Refusal = PrismaProblems.Prisma8() }, Ledger(), "DBG0210!");
        yield return Case("No folder", Folder() with { Exists = false }, Ledger(), "DBG0212!");
        yield return Case("Without its file", Folder(NoFile("1")), Ledger(), "DBG0213!");
        yield return Case("Another provider", Folder() with { Problems = [PrismaProblems.Provider("mysql")] }, Ledger(), "DBG0214!");
        yield return Case("Not UTF-8, pending", Folder(File("1", isUtf8: false)), Ledger(), "DBG0201", "DBG0215!");
        yield return Case("Not UTF-8, applied", Folder(File("1", isUtf8: false)), Ledger(Applied("1")));

        static TestCaseData Case(string name, MigrationFolder folder, Ledger ledger, params string[] codes) =>
            new TestCaseData(folder, ledger, codes).SetName(name);
    }

    /// <summary>Codes with ! block always, with ? never; the others only when it is not a deploy that asks.</summary>
    [TestCaseSource(nameof(Cases))]
    public void Block_what_must_be_blocked(MigrationFolder folder, Ledger ledger, string[] codes)
    {
        Assert.That(Codes(From(folder, ledger)), Is.EquivalentTo(codes.Select(code => code.TrimEnd('?', '!'))));
        Assert.That(
            Codes(From(folder, ledger).Where(problem => problem.IsBlocking)),
            Is.EquivalentTo(codes.Where(code => !code.EndsWith('?')).Select(code => code.TrimEnd('!'))));
        Assert.That(
            Codes(From(folder, ledger, beforeDeploy: true).Where(problem => problem.IsBlocking)),
            Is.EquivalentTo(codes.Where(code => code.EndsWith('!')).Select(code => code.TrimEnd('!'))));

        static IEnumerable<string> Codes(IEnumerable<Problem> problems) => problems.Select(problem => problem.Code.Id);
    }

    [Test]
    public void Speak_the_seeds_sentences()
    {
        var four = Folder(File("1"), File("2"), File("3"), File("4"));

        Assert.That(Sentence(four, Ledger(Applied("1"), Applied("2"), Applied("3"), Claimed("4"))), Is.EqualTo("4/4 migrations applied"));
        Assert.That(
            Sentence(four, Ledger(Applied("1"), Applied("2"), Unfinished("3"))), Is.EqualTo("Migration issues: 1 pending, 1 failed"));
        Assert.That(Sentence(Folder(), Ledger()), Is.EqualTo("0/0 migrations applied"));
    }

    [Test]
    public void Count_each_kind_in_a_fixed_order() =>
        Assert.That(
            Sentence(
                Folder(File("1"), File("2"), File("4", "bbbb"), NoFile("6")),
                Ledger(RolledBack("1"), Applied("4"), Applied("5"), Unfinished("3"))),
            Is.EqualTo("Migration issues: 1 pending, 1 failed, 1 rolled back, 1 edited, 1 missing on disk, 1 without migration.sql"));

    [Test]
    public void Show_the_ledgers_own_words_for_a_failure() =>
        Assert.That(
            From(Folder(File("1")),
                Ledger(
                    Unfinished(
                        "1",
                        "A migration failed.\n\nDatabase error:\nERROR: column \"a\" exists\n\nDbError { severity: \"ERROR\" }\n\n   0: "
                            + "sql\n     at x.rs"))).Single().Cause,
            Is.EqualTo("A migration failed. Database error: ERROR: column \"a\" exists"));

    [Test]
    public void Name_the_backend_that_is_running() =>
        Assert.That(
            From(Folder(File("1")), Ledger(Unfinished("1")) with { LockHolder = Holder }).Single(),
            Has.Property(nameof(Problem.Fix))
                .Property(nameof(Fix.Sentence))
                .Contains("end the session").And.Property(nameof(Problem.Cause))
                .Contains("its statement is 7 s old"));

    [Test]
    public void Name_five_and_count_the_rest()
    {
        var folder = Folder([.. Enumerable.Range(1, 8).Select(i => File($"{i}"))]);

        Assert.That(From(folder, Ledger()).Single().Message, Is.EqualTo("8 migrations pending: 1, 2, 3, 4, 5 and 3 more"));
    }

    [Test]
    public void Point_at_the_file() =>
        Assert.That(
            From(Folder(File("1", "bbbb")), Ledger(Applied("1"))).Single().Location?.File, Is.EqualTo("p/migrations/1/migration.sql"));
}
