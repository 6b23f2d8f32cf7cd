using DbGate.Checks;
using DbGate.Problems;
using DbGate.Releases;

namespace Acme;

public sealed class PrimaryKeysCheck : ICheck
{
    static readonly ProblemCode Missing = new("ACME001", "A table has no primary key", ExitCode.Blocked);

    public CheckDescriptor Descriptor { get; } = new(Missing.Id, "primaryKeys", "Every table has a primary key", "Add the key");

    public async Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var session = await context.SessionAsync(cancellationToken);
        var bare = await session.ScalarAsync<long>(
            "select count(*) from pg_stat_user_tables t where not exists (select from pg_index where indrelid = relid and indisprimary)",
            cancellationToken);
        return bare == 0 ? CheckResult.Passed("all have one") : CheckResult.Failed($"{bare} lack one", new Problem(Missing, "No key"));
    }
}
