using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Protection;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>The database refuses schema changes outside of a release, and no one has altered that.</summary>
sealed class ProtectionCheck : ICheck
{
    /// <inheritdoc/>
    public CheckDescriptor Descriptor { get; } = new(
        "DBG0801", "protection", "The database itself refuses schema changes outside of a release",
        "install the protection with the task protect");

    /// <inheritdoc/>
    public async Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var finding = await ProtectionFinding.ReadAsync(await context.SessionAsync(cancellationToken), cancellationToken);
        if (finding is not null)
        {
            return CheckResult.From([.. finding.Problems], finding.Sentence);
        }

        return context.IsProduction && context.Settings.Get(ProtectionSettings.Required)
            ? CheckResult.From([ProtectionProblems.Missing(blocks: true)], "")
            : CheckResult.Skipped("the database does not protect itself (the task protect installs the protection)");
    }
}
