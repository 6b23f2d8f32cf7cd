using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>The task that writes a state into a ledger.</summary>
static class ResolveCommand
{
    /// <summary>The claim that all of a migration is in the database.</summary>
    public const string Applied = "applied";

    /// <summary>The claim that nothing of a migration is in the database.</summary>
    public const string RolledBack = "rolled-back";

    /// <summary>Separates names.</summary>
    public const char Separator = ',';

    /// <summary>The task for these migrations.</summary>
    public static GateCommand For(TargetEnvironment environment, IReadOnlyList<string> names, string state) =>
        FixCommand.Gate(
            "resolve", ("environment", environment.ToString().ToLowerInvariant()), ("migration", string.Join(Separator, names)),
            ("as", state));
}
