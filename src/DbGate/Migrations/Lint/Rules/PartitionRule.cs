using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class PartitionRule() : ActionRule<AlterAction>(PartitionCode, "partition", Severity.Warning)
{
    public static readonly ProblemCode PartitionCode = new("DBG0263", "A partition is attached or detached under a lock", ExitCode.Blocked);

    public override Claim Claims => Claim.Lock;

    public override string Reason => "ATTACH scans the table while it is locked; DETACH locks parent and partition against all";

    public override string Safer =>
        "before ATTACH add a CHECK with the partition's bounds and VALIDATE it, then no scan is needed; DETACH … CONCURRENTLY alone in "
            + "its migration";

    protected override LintFinding? Inspect(AlterAction action, QualifiedName table, LintStatement statement) => action switch
    {
        AttachPartition attach when statement.Touches(attach.Partition) =>
            new LintFinding(this, statement, $"ATTACH PARTITION {attach.Partition} to {table} scans it under the lock"),
        DetachPartition { Concurrently: false } detach =>
            new LintFinding(this, statement, $"DETACH PARTITION {detach.Partition} locks it and {table} against all"),
        _ => null,
    };
}
