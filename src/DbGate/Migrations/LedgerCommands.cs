using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations;

/// <summary>
/// What a person types to put a target's ledger right: Prisma's own commands, told which database is meant; where the project has no
/// Prisma, or Prisma has no command, the task <c>resolve</c>. No secret is among it.
/// </summary>
/// <param name="HasPrisma">False where its commands would not run.</param>
/// <param name="Url">Of the target.</param>
/// <param name="Environment">The environment of the run.</param>
sealed partial record LedgerCommands(bool HasPrisma, PostgresUrl Url, TargetEnvironment Environment) : Tools.ILedgerCommands
{
    string Table => $"{(Plain().IsMatch(Url.Schema) ? Url.Schema : Sql.Identifier(Url.Schema))}.{LedgerReader.Table}";

    /// <summary>A project has Prisma when it declares it, or when Prisma's command deploys.</summary>
    public static LedgerCommands From(Settings settings, bool isDeclared, PostgresUrl url) =>
        new(
            isDeclared
                || (settings.Get(MigrationSettings.Engine) == DeployEngineKind.Prisma
                && settings.Get(MigrationSettings.Command).Contains("prisma", StringComparison.OrdinalIgnoreCase)),
            url, settings.Get(GeneralSettings.Environment));

    /// <summary>Shows what the engine left in the rows of a migration.</summary>
    public FixCommand Logs(string name) => PsqlLine.From(Url, $"select logs from {Table} where migration_name = {Sql.Literal(name)}");

    /// <summary>Lets a failed migration be applied again.</summary>
    public FixCommand RolledBack(string name) => HasPrisma ? Prisma("--rolled-back", name) : TakenBack(name);

    /// <summary>Marks a failed migration that a person completed.</summary>
    public FixCommand Applied(string name) =>
        HasPrisma ? Prisma("--applied", name) : Tools.ResolveCommand.For(Environment, [name], Tools.ResolveCommand.Applied);

    /// <summary>Marks a migration whose objects were there before there was a ledger.</summary>
    /// <param name="first">The first of the folder.</param>
    public FixCommand Baseline(Migration first) => Applied(first.Name);

    /// <summary>Lets a migration that was applied, and taken back by hand, be applied again.</summary>
    public FixCommand TakenBack(string name) => Retire([name]);

    /// <summary>Takes squashed migrations out of the ledger's account; their rows stay.</summary>
    public FixCommand Retire(IReadOnlyList<string> names) => Tools.ResolveCommand.For(Environment, names, Tools.ResolveCommand.RolledBack);

    /// <summary>Prisma looks into <c>DATABASE_URL</c>, and for migrations <c>DIRECT_URL</c>; it reads <c>.env</c> itself.</summary>
    ProgramCommand Prisma(string option, string name)
    {
        var (variable, file) = (PsqlLine.Variable(Url), PsqlLine.File(Url));
        var value = CommandArgument.Variable(variable);
        var command = FixCommand.Run("npx", "prisma", "migrate", "resolve", option, name);
        return file is { File: ".env" } || (file is null && variable == "DATABASE_URL")
            ? command
            : command with { ReadFrom = file, Variables =
                variable == "DIRECT_URL" && file is null ? [("DATABASE_URL", value)] : [("DATABASE_URL", value), ("DIRECT_URL", value)] };
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex Plain();
}
