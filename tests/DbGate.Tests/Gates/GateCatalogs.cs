using DbGate.Gates;
using DbGate.Problems;

namespace DbGate.Tests.Gates;

[Parallelizable(ParallelScope.All)]
public sealed class GateCatalogs
{
    [Test]
    public void Put_dependencies_first_and_each_once() =>
        Assert.That(
            GateCatalog.Steps("verify-ready", "backup-first", "migrate-deploy").Select(step => step.Descriptor.Name),
            Is.EqualTo(new[] { "verify-ready", "forbid-db-push", "production-safety", "backup-first", "migrate-deploy" }));

    [Test]
    public void Refuse_a_name_that_is_none_and_tell_the_nearest()
    {
        var problem = Assert.Throws<GateException>(() => GateCatalog.Steps("forbid-db-psuh"))!.Problem;

        Assert.That((problem.Code.Id, problem.Fix?.ToString()), Is.EqualTo(("DBG0060", "did you mean forbid-db-push?")));
    }
}
