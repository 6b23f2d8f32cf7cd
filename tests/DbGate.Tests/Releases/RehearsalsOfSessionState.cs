using DbGate.Problems;

namespace DbGate.Tests.Releases;

/// <summary>A rehearsal treats transactions and session state as the engine does that will deploy.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RehearsalsOfSessionState
{
    const string EmptyPath = "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.\"Dumped\" (id int);\n";

    [Test]
    public async Task Reset_the_session_between_files_with_the_direct_engine()
    {
        await using var project = await PlannedProject.CreateAsync(sql: EmptyPath);
        project.With("20260303000000_after", "ALTER TABLE \"User\" ADD COLUMN b int;");

        (await project.PrepareAsync(rehearsed: true))[1].Expect(null);
    }

    [Test]
    public async Task Block_a_file_after_which_Prisma_does_not_find_its_ledger()
    {
        await using var project = await PlannedProject.CreateAsync(sql: EmptyPath);

        var rehearsal = (await project.PrepareAsync(rehearsed: true, ("engine", "prisma")))[^1];

        rehearsal.Expect("DBG0288", ExitCode.Blocked);
        Assert.That(rehearsal.Result.Problems[0].Location?.Line, Is.EqualTo(1));
        Assert.That(rehearsal.Result.Problems[0].Cause, Does.Contain("search_path is ''"));
    }

    [TestCase("BEGIN;\nSET TRANSACTION ISOLATION LEVEL REPEATABLE READ;\nUPDATE \"User\" SET id = id WHERE id = 1;\nCOMMIT;")]
    [TestCase("\uFEFFSTART TRANSACTION;\nALTER TABLE \"User\" ADD COLUMN y int;\nCOMMIT;")]
    public async Task Let_pass_and_measure_what_the_direct_engine_applies(string sql)
    {
        await using var project = await PlannedProject.CreateAsync(sql: sql);

        var steps = await project.PrepareAsync(rehearsed: true);

        steps[1].Expect(null);
        steps[^1].Expect(null);
    }

    [Test]
    public async Task Block_a_transaction_that_is_never_committed([Values("direct", "prisma")] string engine, [Values] bool rehearsed)
    {
        await using var project = await PlannedProject.CreateAsync(sql: "BEGIN;\nALTER TABLE \"User\" ADD COLUMN phone text;\n");
        var before = await project.Database.DigestAsync();

        (await project.PrepareAsync(rehearsed, ("engine", engine)))[^1].Expect("DBG0283", ExitCode.Blocked);

        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
    }
}
