using DbGate.Gates.Steps;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Protection;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class WholeReleases
{
    [Test]
    public async Task Of_a_protected_database_back_up_rehearse_and_deploy()
    {
        await using var project = await PlannedProject.CreateAsync();
        (await project.RunAsync(new ProtectStep())).Expect(null);

        var plan = await project.PlanAsync(rehearsed: true);
        (await project.ApproveAsync(plan)).Expect(null);
        (await project.ReleaseAsync(plan)).Expect(null);

        Assert.That(
            await project.Database.ScalarAsync<long>(
                "select count(*) from pg_attribute where attrelid = '\"User\"'::regclass and attname = 'name'"), Is.EqualTo(1));
        Assert.That(
            () => project.Database.ExecuteAsync("drop table \"User\""),
            Throws.Exception.With.Message.Contains("DbGate: DROP TABLE refused"));
    }
}
