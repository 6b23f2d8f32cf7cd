using System.Globalization;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Targets;

namespace DbGate.Checks;

/// <summary>
/// The push flag is off, the connection is encrypted (demanded by the URL and proven by the server), the application's connections
/// are limited, and a configured replica is one and keeps up.
/// </summary>
sealed class DatabaseSafetyCheck : ICheck
{
    /// <summary>The largest DATABASE_MAX_CONNECTIONS.</summary>
    public const int MaximumConnections = 100;

    /// <inheritdoc/>
    public CheckDescriptor Descriptor { get; } = new(
        "DBG0101", "databaseSafety", "The production database is configured safely",
        "put the URL and the variables right that the problems name");

    /// <inheritdoc/>
    public async Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var configured = Configured(context.Settings, context.Target.Url, context.IsProduction);
        var session = await context.SessionAsync(cancellationToken);
        var facts = await ServerFacts.ReadAsync(session, cancellationToken);
        var problems = configured
            .Concat(await DirectAsync(context, session, cancellationToken))
            .Concat(
                Served(context.Settings, context.Target.Url, facts, context.IsProduction,
                await PoolerAsync(session, facts, cancellationToken)))
            .Concat(await ReplicaAsync(context, facts, cancellationToken))
            .Concat(await SecretFiles.JudgeAsync(context, cancellationToken))
            .ToArray();
        return CheckResult.From(problems, Describe(facts));
    }

    /// <summary>What the settings alone tell.</summary>
    internal static IEnumerable<Problem> Configured(Settings settings, PostgresUrl url, bool isProduction)
    {
        if (!isProduction)
        {
            yield break;
        }

        if (settings.Find(SafetySettings.PushAllowed) is { } push && IsTrue(push.Text))
        {
            yield return CheckProblems.PushAllowed(push);
        }

        foreach (var problem in Encryption(url))
        {
            yield return problem;
        }

        var limit = settings.Find(DatabaseSettings.MaxConnections);
        if (limit is null)
        {
            yield return CheckProblems.MaxConnectionsMissing();
        }
        else if (Limit(limit.Text) is null)
        {
            yield return CheckProblems.MaxConnectionsInvalid(limit);
        }
    }

    /// <summary>Of every URL that production's data travels over.</summary>
    internal static IEnumerable<Problem> Encryption(PostgresUrl url)
    {
        if (url.IsFromConnectionString)
        {
            foreach (var problem in EncryptionOfDotNet(url))
            {
                yield return problem;
            }
        }
        else if (url.SslModeWeakenedByPrisma is { } weak)
        {
            yield return CheckProblems.WeakSslMode(weak, url.Source);
        }
        else if (!DemandsTls(url))
        {
            yield return CheckProblems.SslRequired(url.Parameter("sslmode"), url.Source);
        }
        else if (url.SslAccept != SslAccept.Strict)
        {
            yield return CheckProblems.CertificateNotChecked(url.Source);
        }
    }

    /// <summary>The direct URL, where there is another one: backup, rehearsal and deploy use it.</summary>
    static async Task<IEnumerable<Problem>> DirectAsync(GateContext context, Session application, CancellationToken cancellationToken)
    {
        var (url, direct) = (context.Target.Url, context.Target.DirectUrl);
        if (ReferenceEquals(url, direct))
        {
            return [];
        }

        await using var session = await Session.OpenAsync(direct, context.Services.Sessions, cancellationToken);
        return
        [
            .. context.IsProduction ? Encryption(direct) : [],
            .. await SameDatabase.IsSameAsync(application, session, cancellationToken) ? Array.Empty<Problem>()
                : [CheckProblems.OtherDatabase($"{url.Source} ({url.Redacted})", $"{direct.Source} ({direct.Redacted})")],
        ];
    }

    /// <summary>What only the server can tell.</summary>
    /// <param name="settings">Of the run.</param>
    /// <param name="url">Of the target.</param>
    /// <param name="facts">What it answered.</param>
    /// <param name="isProduction">Production is judged.</param>
    /// <param name="pooler">What is before the server of a session that is not encrypted there; null when it is direct.</param>
    internal static IEnumerable<Problem> Served(
        Settings settings, PostgresUrl url, ServerFacts facts, bool isProduction, Pooler? pooler = null)
    {
        if (facts.InRecovery)
        {
            yield return TargetProblems.ReadOnly("it is a replica (pg_is_in_recovery)");
        }
        else if (facts.ReadOnly)
        {
            yield return TargetProblems.ReadOnly("default_transaction_read_only is on");
        }

        if (isProduction && DemandsTls(url) && !facts.Encrypted)
        {
            yield return pooler is null ? CheckProblems.SslNotProven(url.Source) : CheckProblems.SslEndsAtPooler(pooler);
        }

        if (settings.Find(DatabaseSettings.MaxConnections) is { } written
            && Limit(written.Text) is { } limit
            && limit * 2 > facts.MaxConnections - facts.ReservedConnections)
        {
            yield return CheckProblems.ServerLimit(
                limit, facts.MaxConnections, blocks: isProduction && limit > facts.MaxConnections - facts.ReservedConnections);
        }
    }

    /// <summary>Asked only where it explains something: the server sees a plain connection although the URL demands TLS.</summary>
    static async Task<Pooler?> PoolerAsync(Session session, ServerFacts facts, CancellationToken cancellationToken) =>
        facts.Encrypted || !DemandsTls(session.Url) ? null
        : Pooler.ByUrl(session.Url) ?? await Pooler.ByAskingAsync(session, cancellationToken)
            ?? (session.BackendPid == await session.ScalarAsync<int>("SELECT pg_backend_pid()", cancellationToken)
                ? null
                : new Pooler("a pooler or proxy answers for the server", null));

    static async Task<IEnumerable<Problem>> ReplicaAsync(GateContext context, ServerFacts primary, CancellationToken cancellationToken)
    {
        if (context.Settings.Find(DatabaseSettings.ReadReplicaUrl) is not { } written)
        {
            return [];
        }

        var url = PostgresUrl.Parse(written.Text, written.Source.Name);
        await using var session = await Session.OpenAsync(url, context.Services.Sessions, cancellationToken);
        var replica = await ServerFacts.ReadAsync(session, cancellationToken);
        var lag = replica.InRecovery
            ? await ReplicaLag.ReadAsync(await context.SessionAsync(cancellationToken), session, context.Clock, cancellationToken)
            : new ReplicaLag(HasReceived: false, null);
        return
        [
            .. context.IsProduction ? Encryption(url) : [],
            .. context.IsProduction && DemandsTls(url) && !replica.Encrypted
                ? [CheckProblems.SslNotProven(url.Source)]
                : Array.Empty<Problem>(),
            .. Replica(primary, replica, lag, context.Settings.Get(SafetySettings.ReplicaMaxLag)),
        ];
    }

    internal static IEnumerable<Problem> Replica(ServerFacts primary, ServerFacts replica, ReplicaLag lag, TimeSpan limit)
    {
        if (!replica.InRecovery)
        {
            yield return CheckProblems.NotAReplica("it is not in recovery, so it takes writes of its own");
        }
        else if (replica.SystemIdentifier != primary.SystemIdentifier || replica.SystemIdentifier is null)
        {
            yield return CheckProblems.NotAReplica(
                $"its system identifier is {replica.SystemIdentifier ?? "unknown"}, the target's {primary.SystemIdentifier ?? "unknown"}");
        }
        else if (replica.DatabaseOid != primary.DatabaseOid)
        {
            yield return CheckProblems.NotAReplica(
                $"it is database {replica.DatabaseName} of the same cluster, the target is {primary.DatabaseName}");
        }
        else if (!lag.HasReceived)
        {
            yield return CheckProblems.NotAReplica("it has never received anything from a primary");
        }
        else if (lag.Time is not { } time)
        {
            yield return CheckProblems.ReplicaLagUnknown();
        }
        else if (time > limit)
        {
            yield return CheckProblems.ReplicaLag(time, limit);
        }
    }

    /// <summary>Programs of .NET know the modes that verify, and no sslaccept.</summary>
    static IEnumerable<Problem> EncryptionOfDotNet(PostgresUrl url) => url.SslMode switch
    {
        SslMode.VerifyCa or SslMode.VerifyFull => [],
        SslMode.Require => [CheckProblems.CertificateNotCheckedByDotNet(url.Source)],
        _ => [CheckProblems.SslRequiredByDotNet(url.SslMode, url.Source)],
    };

    static bool DemandsTls(PostgresUrl url) => url.SslMode is SslMode.Require or SslMode.VerifyCa or SslMode.VerifyFull;

    static int? Limit(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaximumConnections
            ? limit
            : null;

    static bool IsTrue(string text) => text.Trim().ToLowerInvariant() is "true" or "1" or "yes" or "on";

    static string Describe(ServerFacts facts) =>
        $"PostgreSQL {facts.ServerVersion / 10000}.{facts.ServerVersion % 10000}, "
            + $"{(facts.Encrypted ? facts.TlsVersion ?? "encrypted" : "not encrypted")}, {facts.MaxConnections} connections";
}
