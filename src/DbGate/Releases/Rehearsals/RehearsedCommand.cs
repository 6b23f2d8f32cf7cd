using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Rehearsal.Observed;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Protection;
using DbGate.Releases.Deploys;
using DbGate.Targets;

namespace DbGate.Releases.Rehearsals;

/// <summary>The project's own deploy command at a rehearsal: with the scratch database's address and without production's.</summary>
/// <param name="context">The run.</param>
/// <param name="project">The project.</param>
/// <param name="pending">Its pending migrations, in order.</param>
sealed class RehearsedCommand(GateContext context, MigrationProject project, IReadOnlyList<Migration> pending)
{
    readonly PostgresUrl? production = context.FindTarget()?.DirectUrl;
    readonly string schema = context.FindTarget()?.DirectUrl.Schema ?? "public";

    /// <summary>The command.</summary>
    public string Command { get; } = project.Command(context.Settings);

    /// <summary>Runs it.</summary>
    /// <param name="deploying">The scratch database as the role that deploys.</param>
    /// <param name="administrator">The same as its administrator.</param>
    /// <param name="admin">A session of the administrator.</param>
    /// <param name="options">What is measured.</param>
    /// <param name="sessions">How sessions wait.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0587 to DBG0589.</exception>
    public async Task<ObservedReport> RunAsync(
        PostgresUrl deploying, PostgresUrl administrator, Session admin, RehearsalOptions options, SessionOptions sessions,
        CancellationToken cancellationToken)
    {
        await using var gate = await ReleaseGate.OpenAsync(deploying, context.Clock, cancellationToken);
        await using var session = await OpenAsync(gate.Url, sessions, cancellationToken);
        var addresses = Addresses;
        var observed = await new ObservedRehearser(
            session, admin, token => OpenAsync(administrator, sessions, token), options, context.Clock).RunAsync(
            new ObservedCommand(
                [.. pending.Select(Expected)], Ledgers(), project.Tool.NamesBefore,
                refusal => Demand(addresses, refusal),
                (url, token) => DeployAsync(url, addresses, token))
            {
                ShowsValues = context.Settings.Get(RehearsalSettings.Parameters) == ParameterDisplay.Shown,
            },
            gate.Url, cancellationToken);
        if (observed.Failure is { } failure)
        {
            return observed.Report.Failure is null
                ? throw new GateException(EvidenceProblems.CommandFailed(Command, failure, observed.Network is null))
                : observed;
        }

        var status = MigrationStatus.Decide(project.ReadFolder(), await project.ReadLedgerAsync(admin, schema, cancellationToken));
        string[] left =
            [.. status.Pending.Select(entry => entry.Name).Intersect(pending.Select(one => one.Name), StringComparer.Ordinal)];
        var isSuperuser = await IsSuperuserAsync(session, cancellationToken);
        return left.Length == 0
            ? observed with { NotChecked = [.. observed.NotChecked, .. NotExcluded(observed.Network, isSuperuser)] }
            : throw new GateException(EvidenceProblems.CommandLeft(Command, left, observed.Sessions));
    }

    /// <summary>Has the command apply all migrations to an empty database.</summary>
    /// <returns>Why it failed; null when it did not.</returns>
    public async Task<string?> ReplayAsync(PostgresUrl empty, SessionOptions sessions, CancellationToken cancellationToken)
    {
        var (network, refusal) = await NetworkNamespace.CreateAsync();
        using (network)
        {
            if (refusal is not null)
            {
                Demand(Addresses, refusal);
            }

            var target = new ObservationTarget(
                new ObservationLog(), token => OpenAsync(empty, sessions, token), new Dictionary<uint, string>(),
                new Dictionary<string, string>(), [], _ => { }, context.Clock);
            return await ObservedRehearser.RunAsync(
                network, empty, target, (url, token) => DeployAsync(url, Addresses, token), cancellationToken);
        }
    }

    /// <summary>The migrations with the SQL that they ran.</summary>
    public IReadOnlyList<MigrationScript> Scripts(ObservedReport observed) =>
        [.. observed.Migrations.Select(one => new MigrationScript(pending.First(file => file.Name == one.Name), one.Script))];

    /// <summary>Where the command has the network of this machine, no file of the project may name production's host.</summary>
    void Demand(ProductionAddress addresses, string refusal)
    {
        if (addresses.WithNumbers().FindIn(ProjectTree.Read(context.Settings.Root)) is { } file)
        {
            throw new GateException(EvidenceProblems.CommandReaches(file, refusal));
        }
    }

    static Task<bool> IsSuperuserAsync(Session session, CancellationToken cancellationToken) => session.ScalarAsync<bool>(
        "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = session_user", cancellationToken);

    IEnumerable<string> NotExcluded(string? network, bool isSuperuser)
    {
        if (isSuperuser)
        {
            yield return "that no statement runs a program on the machine of the scratch server: the deploy role is a superuser, and "
                + "texts that a block or a function puts together are not read before they run";
        }

        if (network is not null)
        {
            yield return $"that the command reaches no other database than the scratch database: {network}";
        }
        else if (production is { IsUnixSocket: true })
        {
            yield return "that the command reaches no other database than the scratch database: production is behind a Unix socket of "
                + "this machine";
        }
    }

    async Task<Session> OpenAsync(PostgresUrl url, SessionOptions options, CancellationToken cancellationToken)
    {
        var session = await Session.OpenAsync(url, options, cancellationToken);
        await session.ExecuteAsync("select set_config('search_path', $1, false)", cancellationToken, Sql.Identifier(schema));
        return session;
    }

    ProductionAddress Addresses => ProductionAddress.From(
        [.. Target.Configured(context.Settings).Select(one => one.Url), .. production is null ? Array.Empty<PostgresUrl>() : [production]]);

    async Task<string?> DeployAsync(PostgresUrl url, ProductionAddress addresses, CancellationToken cancellationToken) =>
        (await Deployment.Engine(context.Settings, project, context.Clock).DeployAsync(Request(url, addresses), cancellationToken))
            .Failure;

    DeployRequest Request(PostgresUrl url, ProductionAddress addresses) => new(
        project.Root, url, pending, project.Version, context.Settings.Get(MigrationSettings.DeployTimeout))
    {
        OnLine = context.Services.ChildOutput,
        Environment = addresses.Replaced(System.Environment.GetEnvironmentVariables(), url),
        Secrets = production?.Secrets ?? [],
    };

    IReadOnlyList<string> Ledgers() => project.LedgerTables(schema);

    static ExpectedMigration Expected(Migration file)
    {
        try
        {
            return new(file.Name, file.RowName ?? file.Name, file.ShownAs, file.HasSql ? file.Split() : null);
        }
        catch (GateException exception) when (exception.Problem.Code.ExitCode != ExitCode.Stale)
        {
            return new(file.Name, file.RowName ?? file.Name, file.ShownAs, null); // the tool may apply what the splitter refuses
        }
    }
}
