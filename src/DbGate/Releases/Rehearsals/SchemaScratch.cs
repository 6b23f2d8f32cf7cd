using System.Security.Cryptography;
using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Git;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Execution;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;
using DbGate.Releases.Forecasts;
using DbGate.Scratch;
using DbGate.Statements;

namespace DbGate.Releases.Rehearsals;

/// <summary>
/// A scratch database without production: the schema that the repository's released migrations give, with made-up rows. What it shows is
/// true of the schema only; a rehearsal on a backup shows the data.
/// </summary>
sealed partial class SchemaScratch : IAsyncDisposable
{
    const string Role = "dbgate_deploy";
    const string Superuser = "dbgate_scratch_superuser";
    const string Database = "dbgate_schema";
    const string NoSuchObject = "42704";
    const int DefaultMajor = 17;
    const int MostRoles = 50;

    // Nothing of it need survive a crash.
    static readonly ThrowawayOptions Options = new()
    {
        Superuser = Superuser,
        Settings = new Dictionary<string, string> { ["wal_level"] = "minimal", ["max_wal_senders"] = "0", ["checkpoint_timeout"] = "1h" },
    };

    readonly IAsyncDisposable server;
    readonly List<string> notes = [];

    SchemaScratch(IAsyncDisposable server, PostgresUrl admin, string password, string place, string schema) =>
        (this.server, Admin, Url, Place, Schema) =
            (server, admin.WithDatabase(Database), admin.WithDatabase(Database).WithCredentials(Role, password), place, schema);

    /// <summary>Of a role that owns the database and is no superuser.</summary>
    public PostgresUrl Url { get; }

    /// <summary>The same as the server's superuser.</summary>
    public PostgresUrl Admin { get; }

    /// <summary>The schema of the search path.</summary>
    public string Schema { get; }

    /// <summary>Where it is, for people.</summary>
    public string Place { get; }

    /// <summary>Where the history ends.</summary>
    public HistoryBase Base { get; private set; } = new(null, "");

    /// <summary>The migrations that were applied, in order.</summary>
    public IReadOnlyList<string> History { get; private set; } = [];

    /// <summary>The migrations of the checkout that the history does not have, in order.</summary>
    public IReadOnlyList<Migration> Pending { get; private set; } = [];

    /// <summary>The made-up rows.</summary>
    public GeneratedRowsReport Rows { get; private set; } = new(0, 0, []);

    /// <summary>What was not made as on a server that one releases to.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Makes one.</summary>
    /// <param name="context">The run; its target is not contacted and need not be set.</param>
    /// <param name="project">The project.</param>
    /// <param name="byCommand">True where the project's command applies the migrations, false where DbGate sends their SQL.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0546: the history cannot be applied; or there is no server for it.</exception>
    public static async Task<SchemaScratch> CreateAsync(
        GateContext context, MigrationProject project, bool byCommand, CancellationToken cancellationToken)
    {
        using var folder = RunFolder.Create();
        var settings = context.Settings;
        var variables = settings.Variables.ToDictionary(one => one.Key, one => one.Value.Text, StringComparer.Ordinal);
        var history = await HistoryBase.FindAsync(settings.Root, settings.Get(TaskOptions.SchemaBase), variables, cancellationToken);
        if (history.Commit is null && settings.Get(TaskOptions.SchemaBase).Length > 0)
        {
            throw new GateException(EvidenceProblems.NoHistory(history.Words));
        }

        var (released, pending) = await ReadAsync(project, history, Path.Combine(folder.Path, "base"), cancellationToken);
        var isMain = pending.Count == 0 && history.Commit is not null;
        if (isMain && await HistoryBase.ParentAsync(settings.Root, cancellationToken) is { } parent)
        {
            (history, var (before, since)) =
                (parent, await ReadAsync(project, parent, Path.Combine(folder.Path, "parent"), cancellationToken));
            (released, pending) = (before, since);
        }

        var scratch = await StartAsync(context.FindTarget()?.DirectUrl.Schema ?? "public", cancellationToken);
        try
        {
            (scratch.Base, scratch.Pending) = (history, pending);
            await scratch.FillAsync(context, released, byCommand, cancellationToken);
            return scratch;
        }
        catch
        {
            await scratch.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes another database with the same content. No session may be open in this one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>It, as the server's superuser and as the role that deploys.</returns>
    public async Task<(PostgresUrl Admin, PostgresUrl Url)> CopyAsync(string name, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(Admin.WithDatabase("postgres"), null, cancellationToken);
        await session.ExecuteAsync(
            $"CREATE DATABASE {Sql.Identifier(name)} TEMPLATE {Database} OWNER {Role}", cancellationToken);
        return (Admin.WithDatabase(name), Url.WithDatabase(name));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>The released migrations, as a project of its own, and those of the checkout that are new.</summary>
    static async Task<(MigrationProject? Released, IReadOnlyList<Migration> Pending)> ReadAsync(
        MigrationProject project, HistoryBase history, string folder, CancellationToken cancellationToken)
    {
        var now = project.ReadFolder();
        var ordered = MigrationStatus.Decide(now, new Ledger(true, [], 0, null)).Pending.Select(entry => entry.File!);
        if (history.Commit is null)
        {
            return (null, [.. ordered]);
        }

        Directory.CreateDirectory(folder);
        var (root, failure) = await history.CheckOutAsync(project.Root, folder, cancellationToken);
        if (root is null)
        {
            throw new GateException(EvidenceProblems.NoHistory(failure!));
        }

        var released = project with
        {
            Root = root,
            MigrationsFolder = Path.GetFullPath(Path.GetRelativePath(project.Root, project.MigrationsFolder), root),
        };
        var names = released.ReadFolder().Migrations.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        return (names.Count == 0 ? null : released, [.. ordered.Where(one => !names.Contains(one.Name))]);
    }

    static async Task<SchemaScratch> StartAsync(string schema, CancellationToken cancellationToken)
    {
        var installed = await ServerBinaries.FindAllAsync(cancellationToken);
        var source = await ThrowawaySource.FindAsync(
            installed is [] ? DefaultMajor : installed.Max(one => one.Version.Major), cancellationToken);
        var (url, server) = await source.StartAsync(Options, cancellationToken);
        try
        {
            var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
            await using var session = await Session.OpenAsync(url, null, cancellationToken);
            await session.ExecuteAsync(
                $"CREATE ROLE {Role} LOGIN CREATEROLE PASSWORD {Sql.Literal(password)}", cancellationToken);
            return new(
                server, url, password,
                $"{source.Words}, PostgreSQL {session.ServerVersion / 10000}.{session.ServerVersion % 10000}", schema);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    async Task FillAsync(GateContext context, MigrationProject? released, bool byCommand, CancellationToken cancellationToken)
    {
        await CreateDatabaseAsync(cancellationToken);
        if (released is not null)
        {
            var migrations = MigrationStatus.Decide(released.ReadFolder(), new Ledger(true, [], 0, null)).Pending
                .Select(entry => entry.File!).ToArray();
            History = [.. migrations.Select(one => one.Name)];
            await (byCommand
                ? RunCommandAsync(context, released, migrations, cancellationToken)
                : SendAsync(await Scripts.ReadAsync(migrations, cancellationToken), cancellationToken));
        }

        await using var session = await OpenAsync(cancellationToken);
        Rows = await GeneratedRows.FillAsync(session, released?.LedgerTables(Schema) ?? [], cancellationToken);
    }

    async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using (var session = await Session.OpenAsync(Admin.WithDatabase("postgres"), null, cancellationToken))
        {
            await session.ExecuteAsync($"DROP DATABASE IF EXISTS {Database}", cancellationToken);
            await session.ExecuteAsync($"CREATE DATABASE {Database} OWNER {Role} TEMPLATE template0", cancellationToken);
        }

        await using var own = await Session.OpenAsync(Url, null, cancellationToken);
        await own.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {Sql.Identifier(Schema)}", cancellationToken);
    }

    /// <summary>Roles that the history names and does not create belong to the server, so they are made.</summary>
    async Task SendAsync(IReadOnlyList<MigrationScript> history, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            await CreateExtensionsAsync(history, cancellationToken);
            var (at, fault) = await TrySendAsync(history, cancellationToken);
            if (fault is null)
            {
                return;
            }

            if (tries >= MostRoles || fault.SqlState != NoSuchObject
                || MissingRole().Match(fault.MessageText) is not { Success: true } role)
            {
                throw new GateException(EvidenceProblems.HistoryFails(at!, $"{fault.MessageText} (SQLSTATE {fault.SqlState})", Base.Words));
            }

            notes.Add($"the rights of the role {role.Groups[1].Value}: the history names it and does not create it");
            await using (var session = await Session.OpenAsync(Admin.WithDatabase("postgres"), null, cancellationToken))
            {
                var name = Sql.Identifier(role.Groups[1].Value);
                await session.ExecuteAsync($"CREATE ROLE {name}", cancellationToken);
                await session.ExecuteAsync($"GRANT {name} TO {Role} WITH ADMIN OPTION", cancellationToken);
            }

            await CreateDatabaseAsync(cancellationToken);
        }
    }

    async Task<(string? Migration, PostgresFault? Fault)> TrySendAsync(
        IReadOnlyList<MigrationScript> history, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(cancellationToken);
        foreach (var migration in history)
        {
            try
            {
                await session.ExecuteScriptAsync(FileFrame.Transaction(FileFrame.ResetSession(Schema)), cancellationToken);
                await ScriptExecution.RunAsync(session, ExtensionsNeeded.Tolerant(migration.Script), cancellationToken);
            }
            catch (PostgresFault fault)
            {
                return (migration.File.Name, fault);
            }
        }

        return (null, null);
    }

    /// <summary>Those that only a superuser can create, as anyone who runs the server has done it.</summary>
    async Task CreateExtensionsAsync(IReadOnlyList<MigrationScript> history, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(Admin, null, cancellationToken);
        await ExtensionsNeeded.CreateUntrustedAsync(session, history, cancellationToken);
    }

    async Task RunCommandAsync(
        GateContext context, MigrationProject released, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        foreach (var ignored in await HistoryBase.IgnoredAsync(context.Settings.Root, cancellationToken))
        {
            Link(Path.Combine(context.Settings.Root, ignored), Path.Combine(released.Root, ignored));
        }

        var failure = await new RehearsedCommand(context, released, migrations).ReplayAsync(Url, SessionOptions.Default, cancellationToken);
        if (failure is not null)
        {
            throw new GateException(EvidenceProblems.HistoryFails(History[^1], failure, Base.Words));
        }
    }

    /// <summary>Installed packages are not in the commit. What a compiler has written belongs to the other sources.</summary>
    static void Link(string from, string to)
    {
        var isThere = File.Exists(to) || Directory.Exists(to);
        if (Path.GetFileName(from) is "bin" or "obj" || isThere || !Directory.Exists(Path.GetDirectoryName(to)))
        {
            return;
        }

        if (Directory.Exists(from))
        {
            Directory.CreateSymbolicLink(to, from);
        }
        else if (File.Exists(from))
        {
            File.CreateSymbolicLink(to, from);
        }
    }

    async Task<Session> OpenAsync(CancellationToken cancellationToken)
    {
        var session = await Session.OpenAsync(Url, SessionOptions.Default, cancellationToken);
        await session.ExecuteAsync("select set_config('search_path', $1, false)", cancellationToken, Sql.Identifier(Schema));
        return session;
    }

    [GeneratedRegex("^role \"(.+)\" does not exist$")]
    private static partial Regex MissingRole();
}
