using System.Runtime.CompilerServices;
using DbGate.Configuration;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations;

/// <summary>The gated project's migrations: which tool applies them, and where they are.</summary>
/// <param name="Tool">The migration tool.</param>
/// <param name="Root">The project's folder.</param>
/// <param name="MigrationsFolder">Absolute path of the migrations folder.</param>
/// <param name="Version">The tool's version: the installed one, else the declared one; null when neither is known.</param>
/// <param name="Evidence">Why this tool was chosen, in words.</param>
sealed record MigrationProject(MigrationTool Tool, string Root, string MigrationsFolder, Version? Version, string Evidence)
{
    /// <summary>The ledger that the settings name, as schema.table; null when it is found by its columns.</summary>
    public string? LedgerName { get; private init; }

    /// <summary>A run asks often, and the service with every probe; what tool a project has does not change meanwhile.</summary>
    static readonly ConditionalWeakTable<Settings, ToolEvidence[]> Detected = new();

    static ToolEvidence[] Detect(string root, MigrationTool? tool)
    {
        var project = ProjectTree.Read(root);
        return [.. (tool is null ? MigrationToolCatalog.All : [tool]).SelectMany(one => one.Detect(project))];
    }

    /// <summary>Detects the tool, or takes the one that <c>migrations.tool</c> names.</summary>
    /// <exception cref="GateException">DBG0216, DBG0221, or DBG0222: the setting names no tool.</exception>
    public static MigrationProject Locate(Settings settings)
    {
        var ledger = settings.Get(MigrationSettings.Ledger) is { Length: > 0 } named ? named : null;
        if (CustomTool.Create(settings) is { } custom)
        {
            return new(
                custom, settings.Root, settings.GetPath(MigrationSettings.Folder), null,
                "migrations.tool is custom") { LedgerName = ledger };
        }

        var asked = settings.Get(MigrationSettings.Tool);
        var tool = asked.Length == 0 ? null : MigrationToolCatalog.Find(asked) ?? throw new GateException(ToolProblems.UnknownTool(asked));
        if (tool == MigrationToolCatalog.Default || (tool is null && settings.Get(MigrationSettings.Engine) == DeployEngineKind.Direct))
        {
            return Usual(
                settings, tool is null ? "the direct engine applies directories with a migration.sql" : "migrations.tool names it");
        }

        var found = Detected.GetValue(settings, one => Detect(one.Root, tool));
        var folder =
            settings.Get(MigrationSettings.Folder) is { Length: > 0 } ? settings.GetPath(MigrationSettings.Folder) : null;
        if (folder is not null
            && found.Where(one => Path.GetFullPath(one.Folder, settings.Root) == folder).ToArray() is { Length: > 0 } there)
        {
            found = there;
        }

        var tools = found.Select(one => one.Tool).Distinct().ToArray();
        return (tools, found) switch
        {
            ({ Length: > 1 }, _) => throw new GateException(ToolProblems.Ambiguous(found)),
            ([var only], _) when tool is null && only == MigrationToolCatalog.Default => Usual(settings, found[0].Words),
            ([], _) when tool is null => Usual(settings, "nothing in the project shows another tool"),
            (_, { Length: > 1 }) when folder is null
                && found.Select(one => one.Folder).Distinct().Count() > 1
                && !found[0].Tool.SpansFolders =>
                throw new GateException(ToolProblems.Ambiguous(found)),
            (_, []) => new(
                tool!, settings.Root, folder ?? throw new GateException(ToolProblems.NothingFound(tool!)), null,
                "migrations.tool names it") { LedgerName = ledger },
            _ => new(
                found[0].Tool,
                settings.Root,
                found[0].Tool.SpansFolders ? settings.Root : folder ?? Path.GetFullPath(found[0].Folder, settings.Root),
                found[0].Version,
                string.Join("; ", found.Select(one => one.Words).Distinct()))
            {
                LedgerName = ledger,
            },
        };
    }

    /// <summary>The tool of a project in which nothing shows another.</summary>
    static MigrationProject Usual(Settings settings, string evidence)
    {
        var tool = MigrationToolCatalog.Default;
        var (folder, version) = tool.Find(settings) ?? throw new GateException(ToolProblems.NothingFound(tool));
        return new(tool, settings.Root, folder, version, evidence);
    }

    /// <summary>The tool, its version and where the project shows it, with file and line.</summary>
    public string InWords => $"{Tool.Facts.Name}{(Version is null ? "" : $" {Version}")}: {Evidence}";

    /// <summary>Reads the migrations.</summary>
    /// <exception cref="GateException">DBG0211: the folder or a file cannot be read.</exception>
    public MigrationFolder ReadFolder() => Tool.Read(Root, MigrationsFolder) with { Tool = Tool };

    /// <summary>Reads the tool's ledger.</summary>
    /// <param name="session">On the target.</param>
    /// <param name="schema">The schema of the URL.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public Task<Ledger> ReadLedgerAsync(Session session, string schema, CancellationToken cancellationToken) =>
        Tool.ReadLedgerAsync(LedgerName, session, schema, cancellationToken);

    /// <summary>Has the tool print the SQL of migrations that are code, where it can and something is pending.</summary>
    public async Task<SqlReading> ReadSqlAsync(
        Settings settings, PostgresUrl url, MigrationStatus status, CancellationToken cancellationToken) =>
        status.Pending.All(entry => entry.File!.HasSql) ? new(null)
        : await Tool.ReadSqlAsync(
            Command(settings), Root, url, [.. status.Entries.Select(entry => entry.File).OfType<Migration>()], cancellationToken);

    /// <summary>
    /// The problems without "the SQL is not read" where the tool prints it with this project's deploy command: rehearsal and plan have it
    /// printed, and report it where that fails.
    /// </summary>
    public IReadOnlyList<Problem> WithoutUnread(Settings settings, IReadOnlyList<Problem> problems) =>
        (Tool.Facts.Deploy is not null || settings.Find(MigrationSettings.Command) is not null) && Tool.PrintsSql(Command(settings))
            ? [.. problems.Where(problem => problem.Code != ToolProblems.UnreadSqlCode)]
            : problems;

    /// <summary>The command that deploys: the project's own setting, else the tool's usual one.</summary>
    /// <exception cref="GateException">DBG0223: the tool does not have a usual one.</exception>
    public string Command(Settings settings) =>
        Tool == MigrationToolCatalog.Default || settings.Find(MigrationSettings.Command) is not null
            ? settings.Get(MigrationSettings.Command)
            : Tool.Facts.Deploy ?? throw new GateException(ToolProblems.NoCommand(Tool));

    /// <summary>The tool's own tables, as schema.table.</summary>
    public IReadOnlyList<string> LedgerTables(string schema) =>
    [
        LedgerName is { } named ? string.Join('.', named.Split('.').Take(2)) : Tool.DefaultTable(schema).Shown,
        .. Tool.Beside.Select(name => name.Contains('.') ? name : $"{schema}.{name}"),
    ];

    /// <summary>What a person types about the ledger.</summary>
    public LedgerCommands Commands(Settings settings, PostgresUrl url, Ledger? ledger = null) =>
        new(Tool, ledger?.Table ?? Tool.DefaultTable(url.Schema), url, settings.Get(GeneralSettings.Environment));
}
