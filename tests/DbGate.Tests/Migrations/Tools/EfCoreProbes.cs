using DbGate.Migrations.Tools;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>What <c>dotnet ef migrations list --json</c> shows of the database that the deploy command would reach.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class EfCoreProbes
{
    const string Pending = "20260201000000_Name";

    static readonly MigrationTool Tool = MigrationToolCatalog.All.Single(tool => tool.Facts.Id == "efcore");

    [TestCase("false", null)]
    [TestCase("null", "The deploy command of EF Core cannot read the target's ledger")]
    [TestCase("true", "The deploy command of EF Core reads another database than the target")]
    public void Compare_it_with_the_target(string applied, string? message)
    {
        var list = EfCoreProbe.Read($$"""
            fail: Microsoft.EntityFrameworkCore.Database.Connection[20004]
            [
              { "id": "20260101000000_Init", "name": "Init", "safeName": "Init", "applied": true },
              { "id": "{{Pending}}", "name": "Name", "safeName": "Name", "applied": {{applied}} }
            ]
            """)!;
        var problem = EfCoreProbe.Judge(Tool, list, [Pending], "The ConnectionString property has not been initialized.");

        Assert.That((problem?.Code.Id, problem?.Message), Is.EqualTo((message is null ? null : "DBG0079", message)));
        Assert.That(problem?.IsBlocking, message is null ? Is.Null : Is.True);
    }

    [TestCase("")]
    [TestCase("No migrations were found.")]
    [TestCase("[]]")]
    public void Say_nothing_of_an_answer_that_is_no_list(string output) => Assert.That(EfCoreProbe.Read(output), Is.Null);
}
