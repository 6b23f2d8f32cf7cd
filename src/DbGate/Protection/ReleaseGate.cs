using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Protection;

/// <summary>
/// Lets one release change the schema of a protected database. In the mode <see cref="ProtectionMode.Triggers"/> it puts the hash of a
/// fresh token into the database, for a few minutes that it renews while it lives, and closes it again. The token reaches the server in the
/// start-up packet of the release's own connections and nowhere else: not in a statement, so in no log and no statistics. The database
/// counts the release as under way only while this object's session lives, so one that crashed is over at once. In the mode
/// <see cref="ProtectionMode.Roles"/> those connections take the owner's role. An unprotected database is left as it is.
/// </summary>
sealed class ReleaseGate : IAsyncDisposable
{
    /// <summary>SQLSTATE of a refusal.</summary>
    public const string Refused = "DBG01";

    const string Application = "dbgate release";
    const string InUse = "DBG02";

    /// <summary>The second key of the lock in open_release.</summary>
    const int ReleaseLock = 1;

    const string NotPermitted = "42501";

    static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    static readonly TimeSpan Renewal = TimeSpan.FromMinutes(1);

    readonly Session? session;
    readonly CancellationTokenSource closing = new();
    readonly Task renewing = Task.CompletedTask;

    ReleaseGate(PostgresUrl url) => Url = url;

    ReleaseGate(PostgresUrl url, Session session, TimeProvider clock)
        : this(url)
    {
        this.session = session;
        renewing = RenewAsync(clock);
    }

    /// <summary>What the release's own connections must use; secret, as far as it carries a token.</summary>
    public PostgresUrl Url { get; }

    /// <summary>The same, asked by a session that is there already: an unprotected database needs no other.</summary>
    /// <inheritdoc cref="OpenAsync(PostgresUrl, TimeProvider, CancellationToken)" path="/exception"/>
    public static async Task<ReleaseGate> OpenAsync(Session asking, TimeProvider clock, CancellationToken cancellationToken) =>
        await Installation.ReadAsync(asking, cancellationToken) is null
            ? new ReleaseGate(asking.Url)
            : await OpenAsync(asking.Url, clock, cancellationToken);

    /// <summary>Opens the gate of the database behind a direct URL.</summary>
    /// <exception cref="GateException">DBG0808 not permitted; DBG0809 another release; DBG0810 the token does not arrive; no
    /// connection.</exception>
    public static async Task<ReleaseGate> OpenAsync(PostgresUrl url, TimeProvider clock, CancellationToken cancellationToken)
    {
        var session = await Session.OpenAsync(url, SessionOptions.Default with { ApplicationName = Application }, cancellationToken);
        try
        {
            switch (await Installation.ReadAsync(session, cancellationToken))
            {
                case { Mode: ProtectionMode.Triggers }:
                    return await HoldAsync(session, clock, cancellationToken);
                case { OwnerRole: { } owner }:
                    var owning = url.WithServerSetting("role", owner);
                    await ProveAsync(owning, "select current_user::text = $1", cancellationToken, owner);
                    await session.DisposeAsync();
                    return new ReleaseGate(owning);
                default:
                    await session.DisposeAsync();
                    return new ReleaseGate(url);
            }
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes the gate. When the connection is gone, the server has done it.</summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await renewing;
        closing.Dispose();
        if (session is not { } open)
        {
            return;
        }

        try
        {
            await open.ExecuteAsync("select dbgate.close_release()", CancellationToken.None);
        }
        catch (Exception fault) when (fault is PostgresFault or GateException)
        {
            // The release counts only while its session lives, and that ends now.
        }

        await open.DisposeAsync();
    }

    static async Task<ReleaseGate> HoldAsync(Session session, TimeProvider clock, CancellationToken cancellationToken)
    {
        var token = RandomNumberGenerator.GetHexString(64, lowercase: true);
        try
        {
            await session.ExecuteAsync(
                "select dbgate.open_release($1, $2)", cancellationToken, SHA256.HashData(Encoding.UTF8.GetBytes(token)),
                (int)Lease.TotalSeconds);
        }
        catch (PostgresFault fault) when (fault.SqlState is NotPermitted or InUse)
        {
            throw new GateException(
                fault.SqlState == InUse
                    ? await InUseAsync(session, cancellationToken)
                    : ProtectionProblems.MayNotOpen(session.Url.User, fault.MessageText), fault);
        }

        var gate = new ReleaseGate(Carrying(session.Url, token), session, clock);
        try
        {
            await ProveAsync(gate.Url, "select dbgate.allows()", cancellationToken);
            return gate;
        }
        catch
        {
            await gate.DisposeAsync();
            throw;
        }
    }

    /// <summary>The lock is free for every role, so that its holder need not be a release.</summary>
    static async Task<Problem> InUseAsync(Session session, CancellationToken cancellationToken)
    {
        var holder = await AdvisoryLock.ReadHolderAsync(session, ReleaseLock, cancellationToken);
        return ProtectionProblems.GateInUse(holder, holder?.ApplicationName == Application);
    }

    /// <summary>A proxy may drop what it does not know; then the deploy must not even begin.</summary>
    static async Task ProveAsync(PostgresUrl url, string question, CancellationToken cancellationToken, params object?[] args)
    {
        try
        {
            await using var session =
                await Session.OpenAsync(url, SessionOptions.Default with { ApplicationName = Application }, cancellationToken);
            if (!await session.ScalarAsync<bool>(question, cancellationToken, args))
            {
                throw new GateException(ProtectionProblems.SettingLost(url.Host, "the server never saw it"));
            }
        }
        catch (PostgresFault fault)
        {
            throw new GateException(ProtectionProblems.SettingLost(url.Host, fault.MessageText), fault);
        }
        catch (GateException exception) when (exception.InnerException is DbException { SqlState: not null } words)
        {
            // Without the option the same connection was just accepted.
            throw new GateException(ProtectionProblems.SettingLost(url.Host, exception.Problem.Cause ?? words.SqlState), exception);
        }
    }

    static PostgresUrl Carrying(PostgresUrl url, string token) =>
        url.WithServerSetting("dbgate.token", token) with { Written = [.. url.Written, token] };

    async Task RenewAsync(TimeProvider clock)
    {
        using var timer = new PeriodicTimer(Renewal, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(closing.Token))
            {
                await session!.ExecuteAsync("select dbgate.renew_release($1)", closing.Token, (int)Lease.TotalSeconds);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or PostgresFault or GateException)
        {
            // Closing; or the connection is lost, and with it the gate: the database refuses what comes next and the ledger reports how far
            // it came.
        }
    }
}
