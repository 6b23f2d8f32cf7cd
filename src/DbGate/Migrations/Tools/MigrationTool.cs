using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>
/// One migration tool: how it is detected, what its files and its ledger mean. A new tool is one class and one line of the catalogue.
/// </summary>
abstract class MigrationTool
{
    /// <summary>What is constant about it.</summary>
    public abstract ToolFacts Facts { get; }

    /// <summary>Places in the project that show that it is used; empty when nothing does.</summary>
    public abstract IEnumerable<ToolEvidence> Detect(ProjectTree project);

    /// <summary>Reads the migrations of the project.</summary>
    /// <param name="root">The project's folder.</param>
    /// <param name="folder">Absolute path of the migrations folder.</param>
    /// <exception cref="GateException">DBG0211: the folder or a file cannot be read.</exception>
    public abstract MigrationFolder Read(string root, string folder);

    /// <summary>True when the columns of a table are those of its ledger, whatever the table's name.</summary>
    public abstract bool Owns(LedgerTable table);

    /// <summary>
    /// A query for the rows of its ledger: name, checksum (text; null when none is stored), time (timestamptz or null), state
    /// (<c>applied</c>, <c>failed</c>, <c>claimed</c>, <c>rolledback</c>), words (text or null). Oldest first.
    /// </summary>
    public abstract string Rows(LedgerTable table);

    /// <summary>The order of a migration's name among the others, compared by ordinal.</summary>
    public virtual string SortKey(string name) => name;

    /// <summary>False for a migration that runs whenever it changed, after all others.</summary>
    public virtual bool HasOrder(string name) => true;

    /// <summary>Keys of its advisory lock, as one 64-bit number each.</summary>
    public virtual IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [];

    /// <summary>
    /// Columns, in lower case and without underscores, by which its ledger is found under any name; empty when only by its usual name.
    /// </summary>
    public virtual IReadOnlyList<string> Signature => [];

    /// <summary>Further tables that the tool makes for itself, as name or schema.name.</summary>
    public virtual IReadOnlyList<string> Beside => [];

    /// <summary>The schema that the tool makes for itself; null when its ledger is among the tables of the application.</summary>
    public virtual string? Schema => Facts.Ledger.Split('.') is [var own, _] ? own : null;

    /// <summary>True when several ledgers in one database belong together.</summary>
    public virtual bool MergesTables => false;

    /// <summary>True when its migrations may be in several folders of the project.</summary>
    public virtual bool SpansFolders => false;

    /// <summary>True when the other tables of the database do not show that its ledger is another tool's with the same columns.</summary>
    public virtual bool Fits(IReadOnlyList<LedgerTable> tables) => true;

    /// <summary>Gives rows a meaning that they have only together with the files.</summary>
    public virtual Ledger Interpret(MigrationFolder folder, Ledger ledger) => ledger;

    /// <summary>Reads further tables of the tool, such as a lock row; null when nothing is wrong there.</summary>
    public virtual Task<IReadOnlyList<Problem>> ExamineAsync(Session session, LedgerTable ledger, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Problem>>([]);

    /// <summary>What is wrong with this tool's files and rows beyond the states that all tools have.</summary>
    public virtual IEnumerable<Problem> Judge(MigrationFolder folder, Ledger ledger, MigrationStatus status) => [];

    /// <summary>Has the tool print the SQL of migrations that are code.</summary>
    public virtual Task<SqlReading> ReadSqlAsync(
        string command, string root, PostgresUrl connection, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken) =>
        Task.FromResult(new SqlReading($"{Facts.Name} makes it when it runs"));

    /// <summary>True when <see cref="ReadSqlAsync"/> can print the SQL of migrations that are code, with this deploy command.</summary>
    public virtual bool PrintsSql(string command) => false;

    /// <summary>What keeps the deploy command from reaching the target, found without a change; null when nothing does.</summary>
    /// <param name="command">The deploy command.</param>
    /// <param name="target">Where it runs, and what it gets.</param>
    /// <param name="pending">The migrations that the ledger does not have.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public virtual Task<Problem?> ProbeAsync(
        string command, ProbedTarget target, IReadOnlyList<string> pending, CancellationToken cancellationToken) =>
        Task.FromResult<Problem?>(null);

    /// <summary>What deploys the migrations of this project, null when it is not known; and what about it is not certain.</summary>
    public virtual (string? Command, string? Doubt) DeployCommand(string root, MigrationFolder folder) => Facts.Deploy is { } usual
        ? (usual, null)
        : (null, $"{Facts.Name} does not have a usual command: set migrations.command to the one that deploys");

    /// <summary>How it puts the statements of a file into transactions, and why.</summary>
    public virtual (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        (TransactionRule.PerStatement, $"{Facts.Name} does not state that a file is one transaction");

    /// <summary>Sentences about it for reports.</summary>
    public virtual ToolWords Words => new(this);

    /// <summary>
    /// Where a project that does not show another tool has its migrations, and the tool's version; null when it cannot tell.
    /// </summary>
    /// <exception cref="GateException">DBG0216: the project's configuration does not name the folder.</exception>
    public virtual (string Folder, Version? Version)? Find(Settings settings) => null;

    /// <summary>True when the direct engine applies its files and writes its ledger as the tool does.</summary>
    public virtual bool HasDirectEngine => false;

    /// <summary>True when it writes a migration's row before it runs the migration, and not after it.</summary>
    public virtual bool NamesBefore => false;

    /// <summary>True when it sends a file as it is, a byte-order mark included, and may send its statements one by one.</summary>
    public virtual bool SendsFilesRaw => false;

    /// <summary>True when it reads the target from a URL in any form of variable, and from nothing else.</summary>
    public virtual bool ReadsOnlyUrls => false;

    /// <summary>True when a held lock shows a deploy even where no migration of the ledger is unfinished.</summary>
    public virtual bool MigratesUnderLock => true;

    /// <summary>Variables of its command; null removes one that would weaken it.</summary>
    public virtual IReadOnlyDictionary<string, string?> Variables => new Dictionary<string, string?>();

    /// <summary>Its own code for a reason that stops a deploy, by DbGate's; null when it has none.</summary>
    public virtual string? CodeOf(string problem) => null;

    /// <summary>True when its command failed only after all of a file was applied.</summary>
    public virtual bool EndedAfterFile(MigrationEntry failed, string? failure) => false;

    /// <summary>True when a journal or a checksum file lists the migrations: a file that is added by hand is not in it.</summary>
    public virtual bool ListsItsFiles => false;

    /// <summary>What the project lacks to run a command, such as installed packages. Looks at files only.</summary>
    public virtual IEnumerable<Problem> ExamineInstallation(string root, IReadOnlyList<string> command) => [];

    /// <summary>Reads its ledger.</summary>
    /// <param name="named">The ledger that the settings name; null when it is found by its columns.</param>
    /// <param name="session">On the target.</param>
    /// <param name="schema">The schema of the URL.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public virtual Task<Ledger> ReadLedgerAsync(
        string? named, Session session, string schema, CancellationToken cancellationToken) =>
        ToolLedgerReader.ReadAsync(this, named, session, schema, cancellationToken);

    /// <summary>A query that shows a person what the ledger has about a migration.</summary>
    public virtual string Logs(LedgerTable table, string name) => $"select * from {table.Sql}";

    /// <summary>SQL that lets the tool apply migrations again; null when that is not one statement.</summary>
    public virtual string? Forget(LedgerTable table, IReadOnlyList<string> names) => null;

    /// <summary>SQL that records a migration as applied; null when that is not one statement.</summary>
    public virtual string? Record(LedgerTable table, Migration migration) => null;

    /// <summary>
    /// Statements that write into the ledger that a migration is applied, or is not, as the tool would have left it; null where a row does
    /// not mean itself. What they make of it is read again before it is committed.
    /// </summary>
    public virtual IReadOnlyList<string>? Resolve(LedgerTable table, MigrationFolder folder, MigrationEntry entry, bool isApplied) =>
        (isApplied ? Record(table, entry.File!) : Forget(table, [entry.Name])) is { } statement ? [statement] : null;

    /// <summary>True when <see cref="Resolve"/> writes its ledger.</summary>
    public virtual bool WritesStates => true;

    /// <summary>The tool's own command where <see cref="Resolve"/> does not write its ledger; null when it has none.</summary>
    public virtual FixCommand? Repair(string name) => null;

    /// <summary>The ledger under its default name, for commands about a database without one.</summary>
    public LedgerTable DefaultTable(string schema) =>
        Facts.Ledger.Split('.') is [var own, var name] ? new(own, name, []) : new(schema, Facts.Ledger, []);
}
