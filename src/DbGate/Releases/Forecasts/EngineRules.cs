using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Tools;
using DbGate.Statements;

namespace DbGate.Releases.Forecasts;

/// <summary>How the engine that will deploy puts statements into transactions.</summary>
/// <param name="Engine">Who applies.</param>
/// <param name="PrismaVersion">The project's Prisma; null when unknown.</param>
sealed record EngineRules(DeployEngineKind Engine, Version? PrismaVersion)
{
    /// <summary>The tool whose command applies; null for Prisma's.</summary>
    public MigrationTool? Tool { get; private init; }

    /// <summary>True where Prisma's own rules for files hold.</summary>
    public bool IsPrisma => Engine == DeployEngineKind.Prisma && Tool is null;

    public static EngineRules From(Settings settings, MigrationProject project) =>
        new(settings.Get(MigrationSettings.Engine), project.Version) { Tool =
            project.Tool == MigrationToolCatalog.Default ? null : project.Tool };

    /// <summary>From here on each statement commits on its own (prisma-engines#5767).</summary>
    static readonly Version Splitting = new(7, 4);

    /// <summary>The rule for any file that needs no exception; the worse one when the version is not known.</summary>
    public TransactionRule Usual =>
        Engine == DeployEngineKind.Direct || (PrismaVersion is { } version && version < Splitting)
            ? TransactionRule.WholeFile
            : TransactionRule.PerStatement;

    /// <summary>The rule for this file.</summary>
    public TransactionRule For(SqlScript script) =>
        Tool is not null ? Tool.Transactions(script, PrismaVersion).Rule :
        Engine == DeployEngineKind.Direct && !ScriptExecution.IsAtomic(script) ? TransactionRule.PerStatement : Usual;

    /// <summary>Why, for people.</summary>
    public string Reason(SqlScript script) => (Engine, For(script)) switch
    {
        _ when Tool is not null => Tool.Transactions(script, PrismaVersion).Reason,
        (_, TransactionRule.WholeFile)
            when StopPoints.From(script, TransactionRule.WholeFile).Count > 0 => "the file has transaction commands of its own",
        (DeployEngineKind.Direct, TransactionRule.WholeFile) => "the direct engine sends the file as one transaction",
        (DeployEngineKind.Direct, _) => "it holds a statement that refuses a transaction, so that the direct engine commits each statement",
        _ when PrismaVersion is null => "Prisma's version is not known; from 7.4 on each statement commits on its own",
        (_, TransactionRule.WholeFile) => $"Prisma {PrismaVersion} sends the file as one transaction",
        _ => $"Prisma {PrismaVersion} commits each statement on its own",
    };
}
