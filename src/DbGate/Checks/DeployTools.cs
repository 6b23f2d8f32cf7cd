using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>
/// What a deploy of pending migrations needs on this machine and in the database: the migrate command's program, the project's packages,
/// and the rights of the deploy's role. Examined before a backup is taken and before anyone is asked to approve.
/// </summary>
static class DeployTools
{
    static readonly string[] Endings = ["", ".exe", ".cmd", ".bat"];

    const string Rights = """
        select case when to_regnamespace(quote_ident($1)) is null then has_database_privilege(current_database(), 'CREATE')
          else has_schema_privilege($1, 'CREATE') end,
               ledger is null or (has_table_privilege(ledger, 'SELECT') and has_table_privilege(ledger, 'INSERT')
                 and has_table_privilege(ledger, 'UPDATE')),
               current_user::text, to_regnamespace('dbgate') is not null
          from (select to_regclass(format('%I.%I', $1::text, $2::text)) as ledger) one
        """;

    /// <exception cref="GateException">DBG0501: the command line cannot be split; or no connection.</exception>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(GateContext context, CancellationToken cancellationToken)
    {
        var settings = context.Settings;
        return
        [
            .. settings.Get(MigrationSettings.Engine) != DeployEngineKind.Direct
                ? OfCommand(
                    settings.Root, MigrationProject.Locate(settings).Command(settings), Programs, MigrationProject.Locate(settings).Tool)
                : MigrationProject.Locate(settings).Tool.HasDirectEngine
                    ? []
                    : [ToolProblems.NoDirectEngine(MigrationProject.Locate(settings).Tool)],
            .. await OfRoleAsync(context, cancellationToken),
        ];
    }

    /// <summary>Pure but for looking whether files exist.</summary>
    /// <param name="root">The project's folder, where the command runs.</param>
    /// <param name="command">The migrate command.</param>
    /// <param name="programs">The folders of PATH.</param>
    /// <param name="tool">Whose command it is; null for the usual one.</param>
    internal static IEnumerable<Problem> OfCommand(
        string root, string command, IReadOnlyList<string> programs, MigrationTool? tool = null)
    {
        var words = CommandLineSplitter.Split(command);
        var isNpx = Path.GetFileNameWithoutExtension(words[0]) == "npx";
        if (!Exists(words[0]))
        {
            yield return isNpx
                ? DoctorProblems.NoNode()
                : DeployProblems.Command(command, $"{words[0]} was not found {(words[0].Contains('/') ? $"from {root}" : "in PATH")}");
        }
        else if (isNpx && !Exists("node"))
        {
            yield return DoctorProblems.NoNode();
        }
        else
        {
            foreach (var problem in (tool ?? MigrationToolCatalog.Default).ExamineInstallation(root, words))
            {
                yield return problem;
            }
        }

        bool Exists(string program) =>
            program.Contains('/') || program.Contains('\\')
                ? File.Exists(Path.GetFullPath(program, root))
                : programs.Any(folder => Endings.Any(end => File.Exists(Path.Combine(folder, program + end))));
    }

    /// <summary>A protected database lets a release take the rights that it needs, so nothing can be told before.</summary>
    static async Task<IReadOnlyList<Problem>> OfRoleAsync(GateContext context, CancellationToken cancellationToken)
    {
        var url = context.Target.DirectUrl;
        await using var session = await Session.OpenAsync(url, context.Services.Sessions, cancellationToken);
        var (create, ledger, role, isProtected) = (await session.QueryAsync(
            Rights, row => (row.GetBoolean(0), row.GetBoolean(1), row.GetString(2), row.GetBoolean(3)), cancellationToken, url.Schema,
            LedgerReader.Table))[0];
        return isProtected || (create && ledger) ? []
            : [create
                ? DeployProblems.MissingRight(
                    role,
                    $"SELECT, INSERT and UPDATE on {url.Schema}.{LedgerReader.Table}",
                    $"SELECT, INSERT, UPDATE ON TABLE {Sql.Identifier(url.Schema)}.{Sql.Identifier(LedgerReader.Table)}")
                : DeployProblems.MissingRight(
                    role, $"CREATE on schema {url.Schema}", $"CREATE, USAGE ON SCHEMA {Sql.Identifier(url.Schema)}")];
    }

    static IReadOnlyList<string> Programs =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
