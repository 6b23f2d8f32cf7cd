using DbGate.Migrations;
using DbGate.Tests.Migrations.Rehearsal;
using DbGate.Migrations.Tools;

namespace DbGate.Tests.Migrations.Execution;

/// <summary>
/// Each file of the corpus, rehearsed and deployed in copies of one database, agrees in success, place of failure, catalog, rows and
/// ledger, or DbGate refuses it before. <c>DBGATE_ACCEPT=1</c> writes <c>expected.tsv</c>; its changes are part of a review.
/// </summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Agreement
{
    // The kinds of the corpus, each once, for every run; all of it runs at night.
    static readonly string[] Few =
    [
        "tx-begin-without-commit", "tx-statements-around-block", "tx-commit-in-the-middle-then-failure", "tx-rollback-outside",
        "tx-deferred-constraint-fails-at-end",
        "iso-set-transaction-first-in-block", "iso-set-transaction-after-lock", "ro-session-characteristics", "sp-rollback-to",
        "sp-outside", "role-set-left",
        "path-empty-left", "set-statement-timeout-local-short", "discard-all", "vacuum-alone", "index-concurrently-with-others",
        "do-commits-alone", "text-bom-begin",
        "text-restrict", "call-commits-with-others",
    ];

    /// <summary>Where the two rehearsals differ, and why.</summary>
    static readonly Dictionary<string, string> Explained = new()
    {
        ["ro-default"] = "the ledger cannot be written in both; the server's message names Prisma's statement, an UPDATE, or DbGate's",
        ["ro-session-characteristics"] = "as ro-default",
    };

    static IEnumerable<TestCaseData> Every => CorpusCase.All.Select(each => new TestCaseData(each).SetArgDisplayNames(each.File));

    static IEnumerable<TestCaseData> Some =>
        CorpusCase.All.Where(each => Few.Contains(each.File)).Select(each => new TestCaseData(each).SetArgDisplayNames(each.File));

    [Test]
    public void Has_an_expectation_for_each_of_at_least_150_files()
    {
        Assert.That(CorpusCase.All.Select(each => each.File).Order(StringComparer.Ordinal), Is.EqualTo(CorpusCase.Files));
        Assert.That(CorpusCase.All, Has.Count.AtLeast(150));
        Assert.That(Few, Is.SubsetOf(CorpusCase.Files));
    }

    [TestCaseSource(nameof(Some))]
    [Category("Prisma")]
    public Task Holds_for_each_kind(object each) => AssertAsync((CorpusCase)each);

    [TestCaseSource(nameof(Every))]
    [Category("Prisma")]
    [Category("Nightly")]
    public Task Holds_for_every_file(object each) => AssertAsync((CorpusCase)each);

    /// <summary>Prisma through the observer leaves the database that it leaves without, and fails where the statements fail.</summary>
    [TestCaseSource(nameof(Every))]
    [Category("Prisma")]
    [Category("Nightly")]
    public async Task Holds_for_Prisma_under_observation(object each)
    {
        using var run = new CorpusRun((CorpusCase)each);
        var rehearsed = await run.RehearseAsync(isRaw: true, TransactionRule.WholeFile);
        var prisma = await run.DeployWithPrismaAsync();
        var observed = await run.ObserveAsync();
        var (sent, seen) = (run.Rehearsed is { } own ? MeasuredText.From(own) : null, MeasuredText.From(run.Observed!));
        if (Environment.GetEnvironmentVariable("DBGATE_CORPUS_RECORD") is { Length: > 0 } record && sent is not null && sent != seen)
        {
            await File.WriteAllTextAsync(
                Path.Combine(record, $"{each}.observed"), $"{rehearsed.Words}\n--- sent\n{sent}\n--- observed\n{seen}\n");
        }

        Assert.That((observed.Words, observed.Database), Is.EqualTo((prisma.Words, prisma.Database)));
        if (!IsRefused(rehearsed) && rehearsed.Message is { } message)
        {
            Assert.That(observed.Message, Does.EndWith(message));
        }

        if (sent is not null)
        {
            Assert.That(
                seen == sent, Is.EqualTo(!Explained.ContainsKey($"{each}")), $"by statements\n{sent}\n\nunder observation\n{seen}");
        }
    }

    static async Task AssertAsync(CorpusCase each)
    {
        using var run = new CorpusRun(each);
        var rehearsed = await run.RehearseAsync(isRaw: false);
        var deployed = await run.DeployAsync();
        var forPrisma = await run.RehearseAsync(isRaw: true, TransactionRule.WholeFile);
        var statementByStatement = await run.RehearseAsync(isRaw: true, TransactionRule.PerStatement);
        var prisma = await run.DeployWithPrismaAsync();
        if (Environment.GetEnvironmentVariable("DBGATE_CORPUS_RECORD") is { Length: > 0 } record)
        {
            Record(record, each, rehearsed, deployed, forPrisma, statementByStatement, prisma);
            return;
        }

        Assert.Multiple(() =>
        {
            Assert.That(deployed.Words, Is.EqualTo(each.Direct));
            Assert.That(rehearsed, Is.EqualTo(deployed), "the rehearsal and the direct engine");
            Assert.That(forPrisma.Words, Is.EqualTo(each.Prisma));
            if (!IsRefused(forPrisma))
            {
                Assert.That(forPrisma.Words == CorpusRun.Applied, Is.EqualTo(prisma.Words == CorpusRun.Applied), prisma.Message);
                Assert.That(forPrisma.Database, Is.EqualTo(prisma.Database), "the rehearsal and Prisma");
                if (prisma.Message!.Contains("ERROR:", StringComparison.Ordinal))
                {
                    Assert.That(prisma.Message, Does.Contain(forPrisma.Message)); // Prisma words some errors itself
                }

                if (each.Differs.Length == 0)
                {
                    Assert.That(forPrisma, Is.EqualTo(deployed), "Prisma and the direct engine");
                }
            }

            // Where Prisma sends statements one by one, a rehearsal that goes through promises the same database. The Prisma of the tests
            // sends files whole.
            if (statementByStatement.Words == CorpusRun.Applied && each.Differs != "splits")
            {
                Assert.That(statementByStatement.Database, Is.EqualTo(prisma.Database), "statement by statement");
            }
        });
    }

    static bool IsRefused(CorpusOutcome outcome) => outcome.Words.StartsWith("DBG", StringComparison.Ordinal);

    static void Record(
        string folder, CorpusCase each, CorpusOutcome rehearsed, CorpusOutcome deployed, CorpusOutcome forPrisma, CorpusOutcome single,
        CorpusOutcome prisma) =>
        File.WriteAllText(
            Path.Combine(folder, each.File),
            string.Join('\t', each.File, rehearsed.Words, deployed.Words, forPrisma.Words, single.Words, prisma.Words,
            rehearsed == deployed, forPrisma.Database == prisma.Database, forPrisma.Database == deployed.Database,
            single.Database == prisma.Database,
            prisma.Message!.Contains(forPrisma.Message ?? "", StringComparison.Ordinal),
            (prisma.Message ?? "").ReplaceLineEndings(" ")[..Math.Min(300, prisma.Message!.Length)]));
}
