using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Tools;
using DbGate.Statements;

namespace DbGate.Releases.Forecasts;

/// <summary>How the engine that will deploy puts statements into transactions.</summary>
/// <param name="Engine">Who applies.</param>
/// <param name="ToolVersion">The version of the migration tool; null when unknown.</param>
sealed record EngineRules(DeployEngineKind Engine, Version? ToolVersion)
{
    /// <summary>The tool of the project.</summary>
    public MigrationTool Tool { get; init; } = MigrationToolCatalog.Default;

    /// <summary>True where DbGate applies the files itself.</summary>
    public bool IsDirect => Engine == DeployEngineKind.Direct;

    /// <summary>True where a file is sent as it is, and its statements possibly one by one.</summary>
    public bool SendsFilesRaw => !IsDirect && Tool.SendsFilesRaw;

    public static EngineRules From(Settings settings, MigrationProject project) =>
        new(settings.Get(MigrationSettings.Engine), project.Version) { Tool = project.Tool };

    /// <summary>The rule for this file; the worse one where it is not certain.</summary>
    public TransactionRule For(SqlScript script) =>
        IsDirect ? ScriptExecution.IsAtomic(script) ? TransactionRule.WholeFile : TransactionRule.PerStatement
        : Tool.Transactions(script, ToolVersion).Rule;

    /// <summary>Why, for people.</summary>
    public string Reason(SqlScript script) =>
        For(script) == TransactionRule.WholeFile && StopPoints.From(script, TransactionRule.WholeFile).Count > 0
            ? "the file has transaction commands of its own"
            : (IsDirect, For(script)) switch
            {
                (false, _) => Tool.Transactions(script, ToolVersion).Reason,
                (_, TransactionRule.WholeFile) => "the direct engine sends the file as one transaction",
                _ => "it holds a statement that refuses a transaction, so that the direct engine commits each statement",
            };
}
